package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL that is killed (SIGKILL) and starts again with its data, at the same port. */
final class KillablePostgres implements AutoCloseable {
    private final Path folder;
    private EmbeddedPostgres server;

    private KillablePostgres(Path folder, EmbeddedPostgres server) {
        this.folder = folder;
        this.server = server;
    }

    /** Starts one; where none can be started, the test is skipped and says so. */
    static KillablePostgres start(Path folder) {
        try {
            return new KillablePostgres(folder, start(folder, 0));
        } catch (IOException | RuntimeException e) {
            if ("1".equals(System.getenv("CHARGEPROOF_REQUIRE_POSTGRESQL"))) {
                throw new AssertionError("CHARGEPROOF_REQUIRE_POSTGRESQL=1, and no PostgreSQL can be started", e);
            }
            System.err.println(
                    "\n*** SKIPPED: no PostgreSQL can be started here: " + e
                            + "\n*** It does not run as root: where 'unshare -U' is not allowed, run the tests as another user.\n");
            Assumptions.abort("no PostgreSQL can be started: " + e);
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
    }

    private static EmbeddedPostgres start(Path folder, int port) throws IOException {
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setServerConfig("listen_addresses", "127.0.0.1");
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    /** Kills the server and all of its processes. */
    void kill() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(folder.resolve("postmaster.pid")).getFirst());
            var postmaster = ProcessHandle.of(pid).orElseThrow();
            List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (all.stream().anyMatch(ProcessHandle::isAlive)) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it with the data that it had. */
    void startAgain() {
        int port = server.getPort();
        try {
            // gives the folder's lock back; there is nothing to stop
            server.close();
            server = start(folder, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
