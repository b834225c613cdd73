package org.chargeproof.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is asked of the database while it may go away and come back. Who asks while it is known to be away is told so at once, and waits for no
 * connection; whether it is back is looked for by a thread of its own. Safe for use by many threads.
 */
final class DatabaseAccess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAccess.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final int VALID_SECONDS = 3;
    /** No connection; shut down, crashed, starting; no room for more; taken over by one that only reads. */
    private static final List<String> AWAY = List.of("08", "57P", "53", "25006");

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final String shownUrl;
    private volatile String problem = "";
    private volatile @Nullable Thread watching;

    /** @param shownUrl for the log */
    DatabaseAccess(HikariDataSource pool, String shownUrl) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.shownUrl = shownUrl;
    }

    /** The database itself, for who waits for it. */
    Jdbi jdbi() {
        return jdbi;
    }

    /** What is wrong with the database, and what to do, in one line; empty when it answers. */
    String problem() {
        return problem;
    }

    /** Reads. @throws DatabaseAwayException when it does not answer */
    <T> T read(HandleCallback<T, RuntimeException> work) {
        return reached(() -> jdbi.withHandle(work));
    }

    /** Changes all or nothing. @throws DatabaseAwayException when it does not answer: then it may have done all of it */
    <T> T change(HandleCallback<T, RuntimeException> work) {
        return reached(() -> jdbi.inTransaction(work));
    }

    /** For changes that give nothing. */
    interface Change {
        void on(Handle handle);
    }

    /** The same for what gives nothing. */
    void changeAll(Change work) {
        change(h -> {
            work.on(h);
            return true;
        });
    }

    private interface Asked<T> {
        T answer();
    }

    private <T> T reached(Asked<T> asked) {
        if (!problem.isEmpty()) {
            throw new DatabaseAwayException(new SQLTransientConnectionException(problem));
        }
        try {
            return asked.answer();
        } catch (JdbiException e) {
            if (!isAway(e)) {
                throw e;
            }
            if (watching != null) {
                lost(e);
            }
            throw new DatabaseAwayException(e);
        }
    }

    /**
     * Looks whether it is there, from now on.
     *
     * @param back done each time that it is back
     */
    void watch(Runnable back) {
        watching = Thread.ofVirtual().name("persons-database").start(() -> {
            try {
                while (true) {
                    Thread.sleep(LOOK_MILLIS);
                    look(back);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void look(Runnable back) {
        try (var connection = pool.getConnection()) {
            if (!connection.isValid(VALID_SECONDS)) {
                throw new SQLTransientConnectionException("no answer within " + VALID_SECONDS + " s");
            }
        } catch (SQLException e) {
            if (!pool.isClosed()) {
                lost(e);
            }
            return;
        }
        if (problem.isEmpty()) {
            return;
        }
        problem = "";
        LOG.info("the database {} answers again", shownUrl);
        try {
            back.run();
        } catch (DatabaseAwayException e) {
            LOG.debug("and is away again", e);
        } catch (RuntimeException e) {
            LOG.error("what was left while the database was away could not be done: this should not happen", e);
        }
    }

    private synchronized void lost(Exception e) {
        if (!problem.isEmpty()) {
            return;
        }
        String reason = reason(e);
        // health is asked by anybody: where the database is stands in the log alone
        problem = "the database of persons does not answer: " + reason
                + ". Start it, or look at --database; drivers without a wallet are answered 503 until it is back, and all else goes on";
        LOG.warn("the database {} does not answer: {}. It is looked for each second", shownUrl, reason);
    }

    private static boolean isAway(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException) {
                return true;
            }
            if (t instanceof SQLException sql) {
                String state = String.valueOf(sql.getSQLState());
                if (AWAY.stream().anyMatch(state::startsWith)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a state says in words; states of its own have only the driver's, without addresses. */
    private static String reason(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String state = t instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
            if (state.startsWith("57P03")) {
                return "it is starting";
            }
            if (state.startsWith("57P")) {
                return "it was shut down";
            }
            if (state.startsWith("53")) {
                return "it has no room for more (SQL state " + state + ")";
            }
            if (state.startsWith("25")) {
                return "it can only be read";
            }
            if (state.startsWith("28")) {
                return "it does not take this user and password";
            }
        }
        return "nobody answers where it is";
    }

    @Override
    public void close() {
        var thread = watching;
        if (thread != null) {
            thread.interrupt();
        }
        pool.close();
    }
}
