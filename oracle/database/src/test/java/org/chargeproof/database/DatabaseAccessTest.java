package org.chargeproof.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database that goes away, and is back; and errors that are no going away. */
class DatabaseAccessTest {
    private static final long CONNECTION_MILLIS = 2_000;
    private static final long WAIT_SECONDS = 30;

    @TempDir
    private Path folder;

    private DatabaseConfig config;
    private DatabaseAccess access;

    private void open(TestDatabase kind) {
        config = kind.in(folder);
        var settings = new HikariConfig();
        settings.setJdbcUrl(config.connectionUrl());
        settings.setUsername(config.user());
        settings.setPassword(config.password());
        settings.setMaximumPoolSize(2);
        settings.setConnectionTimeout(CONNECTION_MILLIS);
        access = new DatabaseAccess(new HikariDataSource(settings), config.shownUrl());
        access.changeAll(h -> h.execute("create table numbers (n int primary key)"));
    }

    @AfterEach
    void close() {
        if (access != null) {
            access.close();
        }
    }

    private int count() {
        return access.read(h -> h.createQuery("select count(*) from numbers")
                .mapTo(Integer.class)
                .one());
    }

    /** Its server ends all connections, and takes none. */
    private void setAway(boolean isAway) throws SQLException {
        int nameAt = config.url().lastIndexOf('/') + 1;
        String name = config.url().substring(nameAt);
        try (var connection = DriverManager.getConnection(
                        config.url().substring(0, nameAt) + "postgres", config.user(), config.password());
                var statement = connection.createStatement()) {
            statement.execute("alter database " + name + " allow_connections " + !isAway);
            if (isAway) {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void whoAsksWhileItIsAwayIsToldAtOnceAndItIsFoundAgain() throws SQLException {
        open(TestDatabase.POSTGRESQL);
        var back = new AtomicInteger();
        access.watch(back::incrementAndGet);
        access.changeAll(h -> h.execute("insert into numbers values (1)"));
        setAway(true);
        assertThatThrownBy(this::count).isInstanceOf(DatabaseAwayException.class);
        assertThat(access.problem())
                .startsWith("the database of persons does not answer")
                .contains("Start it, or look at --database")
                // anybody reads it
                .doesNotContain("127.0.0.1", "persons1", config.user());

        long began = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(this::count).isInstanceOf(DatabaseAwayException.class);
            assertThatThrownBy(() -> access.change(h -> h.execute("insert into numbers values (2)")))
                    .isInstanceOf(DatabaseAwayException.class);
        }
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(CONNECTION_MILLIS));
        assertThat(back).hasValue(0);

        setAway(false);
        await(() -> access.problem().isEmpty());
        await(() -> back.get() == 1);
        assertThat(count()).isEqualTo(1);
        access.changeAll(h -> h.execute("insert into numbers values (2)"));
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void aWatchNoticesByItself() throws SQLException {
        open(TestDatabase.POSTGRESQL);
        access.watch(() -> {
            throw new IllegalStateException("what is left to do fails");
        });
        setAway(true);
        await(() -> !access.problem().isEmpty());
        setAway(false);
        await(() -> access.problem().isEmpty());
        // what is done when it is back may fail: it is looked for all the same
        setAway(true);
        await(() -> !access.problem().isEmpty());
        setAway(false);
        await(() -> access.problem().isEmpty());
    }

    /** Nobody would find out that it is back. */
    @Test
    void withoutAWatchNothingIsHeldAgainstIt() throws SQLException {
        open(TestDatabase.POSTGRESQL);
        setAway(true);
        assertThatThrownBy(this::count).isInstanceOf(DatabaseAwayException.class);
        assertThat(access.problem()).isEmpty();
        setAway(false);
        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRefusedIsNoGoingAwayAndChangesNothing(TestDatabase kind) {
        open(kind);
        access.watch(() -> {});
        access.changeAll(h -> h.execute("insert into numbers values (1)"));
        assertThatThrownBy(() -> access.changeAll(h -> {
                    h.execute("insert into numbers values (2)");
                    h.execute("insert into numbers values (1)");
                }))
                .isInstanceOf(JdbiException.class);
        assertThat(access.problem()).isEmpty();
        assertThat(count()).isEqualTo(1);
        assertThatThrownBy(() -> access.changeAll(h -> {
                    h.execute("insert into numbers values (3)");
                    throw new IllegalStateException("the work fails");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(count()).isEqualTo(1);
    }
}
