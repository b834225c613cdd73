package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.chargeproof.ledger.Pause;

/** {@code demo --live} and {@code --serve} as its readers run it, in a process of its own, and what it says and writes. */
final class LiveNetwork implements AutoCloseable {
    /** Two operators with six charge points, timesteps of 10 s, and any free ports. */
    static final List<String> SMALL = List.of(
            "demo",
            "--live",
            "--rpc-port",
            "0",
            "--http-port",
            "0",
            "--timestep-seconds",
            "10",
            "--operators",
            "2",
            "--groups",
            "2",
            "--points",
            "6");

    /** The same for who comes with a browser. */
    static final List<String> SERVED =
            SMALL.stream().map(o -> o.equals("--live") ? "--serve" : o).toList();

    private final Process process;
    private final Path log;
    private final Path file;

    /**
     * Starts one.
     *
     * @param temporary where it may have temporary files
     * @param file where it writes addresses and keys
     */
    LiveNetwork(Path temporary, Path log, Path file, List<String> options) {
        this.log = log;
        this.file = file;
        var all = new ArrayList<>(options);
        all.addAll(List.of("--network-file", file.toString()));
        try {
            // one of an earlier run would be taken for this one's
            Files.deleteIfExists(file);
            process = new ProcessBuilder(program(temporary, all))
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program from the class path of these tests, as scripts/chargeproof runs what is packaged. */
    static List<String> program(Path temporary, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "org.chargeproof.cli.Main"));
        command.addAll(arguments);
        return command;
    }

    /** Waits until it lives. @return its addresses and keys */
    JsonNode awaitLiving() {
        awaitTrue(() -> Files.exists(file) || !process.isAlive());
        assertThat(process.isAlive()).as(log()).isTrue();
        // it is written at once, but not in one moment
        awaitTrue(() -> read(file).endsWith("}" + System.lineSeparator()));
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its process. */
    Process process() {
        return process;
    }

    /** All that it has said. */
    String log() {
        return read(log);
    }

    /** Ends it as Ctrl-C does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A file's text; empty when there is none. */
    static String read(Path file) {
        try {
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for something to happen. */
    static void awaitTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Pause.millis(50);
        }
    }
}
