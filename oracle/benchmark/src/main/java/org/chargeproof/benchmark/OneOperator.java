package org.chargeproof.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Planner;

/**
 * The groups of one operator, planned one after the other as by an oracle: read, planned with certificate, and written. In a process of
 * its own, so that the first time is that of a program that has just started.
 */
final class OneOperator {
    /** How many groups of 1,000 charge points an operator can have. */
    static final int GROUPS = 5;

    private static final int GOAL_MILLIS = 2_000;
    private static final int TIMES = 10;

    private record Took(double elapsedMillis, double processorMillis) {}

    private OneOperator() {}

    /** Measures groups in files in this process; the worst that {@link Adversary} found, as an argument of {@link Main}. */
    static String measured(List<Path> files) throws IOException {
        var groups = new ArrayList<byte[]>();
        for (Path file : files) {
            try (InputStream bytes = new GZIPInputStream(Files.newInputStream(file))) {
                groups.add(bytes.readAllBytes());
            }
        }
        var planner = new Planner();
        Took first = planned(planner, groups);
        Took least = first;
        for (int i = 1; i < TIMES; i++) {
            Took next = planned(planner, groups);
            least = next.processorMillis() < least.processorMillis() ? next : least;
        }
        return String.format(
                Locale.ROOT,
                "%d worst groups, one operator's %,d points: first %.0f ms (%.0f ms of processor time), warm %.0f ms (%.0f ms); goal %,d ms%n",
                groups.size(),
                1_000 * groups.size(),
                first.elapsedMillis(),
                first.processorMillis(),
                least.elapsedMillis(),
                least.processorMillis(),
                GOAL_MILLIS);
    }

    /** Measures groups in a new process. */
    static String measuredAnew(List<GroupInput> groups) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("worst");
        var files = new ArrayList<Path>();
        try {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "operator"));
            for (int i = 0; i < groups.size(); i++) {
                Path file = directory.resolve(i + ".cpi.gz");
                files.add(file);
                keep(groups.get(i), file);
                command.add(file.toString());
            }
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("the groups could not be planned in a process of their own");
            }
            return text;
        } finally {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        }
    }

    /** Writes a group into a file. */
    static void keep(GroupInput input, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(input.encode());
        }
        Files.write(file, bytes.toByteArray());
    }

    private static Took planned(Planner planner, List<byte[]> groups) {
        var threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        long processorStart = threads.getCurrentThreadCpuTime();
        int bytes = 0;
        for (byte[] group : groups) {
            bytes += planner.plan(GroupInput.decode(group)).encode().length;
        }
        long processor = threads.getCurrentThreadCpuTime() - processorStart;
        long elapsed = System.nanoTime() - start;
        if (bytes == 0) {
            throw new IllegalStateException("plans have no bytes");
        }
        return new Took(elapsed / 1e6, processor / 1e6);
    }
}
