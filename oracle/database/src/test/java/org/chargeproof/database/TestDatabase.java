package org.chargeproof.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** The two databases that everything is tried on; PostgreSQL is a real one, started once. */
enum TestDatabase {
    H2,
    POSTGRESQL;

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static EmbeddedPostgres server;
    private static String why = "";

    /** A new database, with keys in a folder. */
    DatabaseConfig in(Path folder) {
        return this == H2 ? DatabaseConfig.embedded(folder) : at(url(), folder);
    }

    static DatabaseConfig at(String url, Path folder) {
        return new DatabaseConfig(
                url,
                url.startsWith(DatabaseConfig.POSTGRESQL) ? "postgres" : "",
                "",
                folder.resolve(DatabaseConfig.KEY_FILE),
                folder.resolve(DatabaseConfig.PERSON_KEYS_FILE));
    }

    private static synchronized String url() {
        start();
        String name = "persons" + NUMBER.incrementAndGet();
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + name;
    }

    private static void start() {
        if (server != null) {
            return;
        }
        if (why.isEmpty()) {
            try {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .start();
                return;
            } catch (IOException | RuntimeException e) {
                why = String.valueOf(e);
                System.err.println(
                        "\n*** SKIPPED: no PostgreSQL can be started here, so nothing was tried on it: " + why
                                + "\n*** It does not run as root: where 'unshare -U' is not allowed, run the tests as another user.\n");
            }
        }
        if ("1".equals(System.getenv("CHARGEPROOF_REQUIRE_POSTGRESQL"))) {
            throw new AssertionError("CHARGEPROOF_REQUIRE_POSTGRESQL=1, and no PostgreSQL can be started: " + why);
        }
        Assumptions.abort("no PostgreSQL can be started: " + why);
    }

    /** Somebody, with nothing but a name and a login. */
    static PersonRecord person(String name, String... logins) {
        return new PersonRecord(
                name, name + "@example.org", "", java.util.List.of(logins), 1_800_000_000, 50_000_000, 30, "", 0, 0);
    }
}
