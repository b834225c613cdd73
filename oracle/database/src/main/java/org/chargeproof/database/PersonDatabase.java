package org.chargeproof.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.chargeproof.console.input.BadInputException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of persons with its schema, and their keys. Its calls wait: make them on threads that may. */
public final class PersonDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PersonDatabase.class);
    private static final String MIGRATIONS = "classpath:org/chargeproof/database/migrations";
    private static final int CONNECTIONS = 8;
    private static final long CONNECTION_SECONDS = 5;
    private static final int LEAST_POSTGRESQL = 140_000;
    private static final int PER_MAJOR = 10_000;
    private static final int H2_IN_USE = 90_020;
    private static final String ID = "database";

    private final DatabaseAccess access;
    private final Persons persons;

    private PersonDatabase(DatabaseAccess access, Persons persons) {
        this.access = access;
        this.persons = persons;
    }

    /**
     * Connects, brings the schema to this program's version, and forgets for good who has no key any more.
     *
     * @throws BadInputException when it does not answer, is of a later version, or the keys are not those of this database
     */
    public static PersonDatabase open(DatabaseConfig config) {
        return opened(config, jdbi -> {
            String known = id(jdbi);
            if (known != null) {
                if (PersonKeys.databaseOf(config.personKeysFile()) == null && count(jdbi) > 0) {
                    throw new BadInputException("the database holds " + count(jdbi) + " persons, and there is no "
                            + config.personKeysFile()
                            + " with their keys. Bring back its newest copy, or name it with --person-keys.");
                }
                return PersonKeys.open(config, known);
            }
            String inFile = PersonKeys.databaseOf(config.personKeysFile());
            String id = inFile == null ? UUID.randomUUID().toString() : inFile;
            var keys = PersonKeys.open(config, id);
            if (!keys.persons().isEmpty()) {
                throw new BadInputException(
                        "the database is new, and " + config.personKeysFile() + " holds the keys of "
                                + keys.persons().size()
                                + " persons of another one. 'chargeproof database restore' brings a backup back; for a new beginning move the file away.");
            }
            jdbi.useTransaction(h -> bind(h, id));
            return keys;
        });
    }

    /**
     * Brings a backup back into a database in which there is nobody. Who was deleted since the backup was made is not brought back.
     *
     * @return what was done, for people
     * @throws BadInputException when it is no whole backup, there is somebody, or the keys do not belong to it
     */
    public static Backup.Restored restore(DatabaseConfig config, Path backup) {
        String id = Backup.databaseOf(backup);
        String inFile = PersonKeys.databaseOf(config.personKeysFile());
        if (inFile == null) {
            throw new BadInputException(
                    "there is no " + config.personKeysFile()
                            + ": without the keys of persons nothing in a backup can be read. Bring back its newest copy, or name it with --person-keys.");
        }
        if (!inFile.equals(id)) {
            throw new BadInputException("the backup is of database " + id + ", and the keys in "
                    + config.personKeysFile() + " belong to " + inFile
                    + ". Name the file that belongs to the backup with --person-keys.");
        }
        try (var database = opened(config, jdbi -> {
            if (count(jdbi) > 0) {
                throw new BadInputException("there are " + count(jdbi) + " persons in " + config.shownUrl()
                        + ". A backup is only brought back into an empty database: name another one.");
            }
            return PersonKeys.open(config, id);
        })) {
            long rows = Backup.read(backup, database.access.jdbi());
            return new Backup.Restored(rows, database.persons.forgetWhoHasNoKey());
        }
    }

    private interface Binding {
        PersonKeys keys(Jdbi jdbi);
    }

    private static PersonDatabase opened(DatabaseConfig config, Binding binding) {
        var pool = connect(config);
        try {
            var access = new DatabaseAccess(pool, config.shownUrl());
            var jdbi = access.jdbi();
            if (config.isPostgresql()) {
                requireVersion(jdbi);
            }
            migrate(config, pool);
            var persons = new Persons(access, binding.keys(jdbi));
            int forgotten = persons.forgetWhoHasNoKey();
            if (forgotten > 0) {
                LOG.info("{} persons without a key were forgotten: a deletion had been interrupted", forgotten);
            }
            if (config.isPostgresql()) {
                // the embedded one is in this process, and goes with it
                access.watch(persons::forgetWhoHasNoKey);
            }
            return new PersonDatabase(access, persons);
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    /** Everybody in it. */
    public Persons persons() {
        return persons;
    }

    /** What is wrong with the database, and what to do; empty when it answers. Waits for nothing. */
    public String problem() {
        return access.problem();
    }

    /**
     * Writes all that is in it, encrypted as it is, into a new file.
     *
     * @return rows
     * @throws BadInputException when the file is there already
     */
    public long backUp(Path file) {
        return Backup.write(file, access.jdbi(), Objects.requireNonNull(id(access.jdbi())));
    }

    @Override
    public void close() {
        access.close();
    }

    private static HikariDataSource connect(DatabaseConfig config) {
        var settings = new HikariConfig();
        settings.setJdbcUrl(config.connectionUrl());
        settings.setUsername(config.user());
        settings.setPassword(config.password());
        settings.setMaximumPoolSize(CONNECTIONS);
        settings.setMinimumIdle(1);
        settings.setPoolName("persons");
        settings.setConnectionTimeout(TimeUnit.SECONDS.toMillis(CONNECTION_SECONDS));
        settings.setInitializationFailTimeout(1);
        if (config.isPostgresql()) {
            settings.addDataSourceProperty("connectTimeout", String.valueOf(CONNECTION_SECONDS));
            settings.addDataSourceProperty("socketTimeout", "30");
        }
        try {
            return new HikariDataSource(settings);
        } catch (HikariPool.PoolInitializationException e) {
            throw new BadInputException(
                    "the database " + config.shownUrl() + " cannot be opened: " + reason(e) + ".", e);
        }
    }

    private static String reason(Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                if (sql.getErrorCode() == H2_IN_USE) {
                    return "another process uses it. Stop that one, or do the same through its HTTP API; PostgreSQL serves several";
                }
                String state = String.valueOf(sql.getSQLState());
                if (state.startsWith("28")) {
                    return "it does not take this user and password. Look at --database-user and --database-password-file";
                }
                if (state.equals("3D000")) {
                    return "there is no database of this name. Make it with 'createdb', or name another one";
                }
                if (state.startsWith("08")) {
                    return "nobody answers there. Is it running, and is this its address";
                }
            }
        }
        return String.valueOf(root.getMessage());
    }

    private static void requireVersion(Jdbi jdbi) {
        int version = jdbi.withHandle(h -> h.createQuery("select current_setting('server_version_num')::int")
                .mapTo(Integer.class)
                .one());
        if (version < LEAST_POSTGRESQL) {
            throw new BadInputException("the database is PostgreSQL " + version / PER_MAJOR + "; it must be "
                    + LEAST_POSTGRESQL / PER_MAJOR + " or later.");
        }
    }

    private static void migrate(DatabaseConfig config, HikariDataSource pool) {
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations(MIGRATIONS)
                    // what a later program has written is not guessed at
                    .ignoreMigrationPatterns(new String[0])
                    .failOnMissingLocations(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new BadInputException(
                    "the database " + config.shownUrl()
                            + " cannot be brought to this program's version: it was written by a later one, holds something else, or its user may not make tables. ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")",
                    e);
        }
    }

    private static @Nullable String id(Jdbi jdbi) {
        List<String> ids = jdbi.withHandle(h -> h.createQuery("select content from about where name = ?")
                .bind(0, ID)
                .mapTo(String.class)
                .list());
        return ids.isEmpty() ? null : ids.getFirst();
    }

    /** Whose keys open what is in it. */
    static void bind(Handle h, String id) {
        h.execute("delete from about where name = ?", ID);
        h.execute("insert into about (name, content) values (?, ?)", ID, id);
    }

    private static int count(Jdbi jdbi) {
        return jdbi.withHandle(h -> h.createQuery("select count(*) from persons")
                .mapTo(Integer.class)
                .one());
    }
}
