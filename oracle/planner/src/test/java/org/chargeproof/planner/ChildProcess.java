package org.chargeproof.planner;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process of the same version, with the planner and its tests on the class path. */
final class ChildProcess {

    /** How a process ended. */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Result(int exitCode, byte[] output, String error) {}

    private ChildProcess() {}

    static Result run(List<String> options, Class<?> main, List<String> arguments, byte[] input, Path directory)
            throws IOException, InterruptedException, URISyntaxException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", location(Planner.class) + File.pathSeparator + location(ChildProcess.class)));
        command.add(main.getName());
        command.addAll(arguments);
        Path in = Files.write(directory.resolve("in"), input);
        Path out = directory.resolve("out");
        Path error = directory.resolve("error");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(error.toFile())
                .start();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException(command + " did not end within 120 s");
            }
        } finally {
            process.destroyForcibly();
        }
        return new Result(
                process.exitValue(), Files.readAllBytes(out), Files.readString(error, StandardCharsets.UTF_8));
    }

    private static String location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
