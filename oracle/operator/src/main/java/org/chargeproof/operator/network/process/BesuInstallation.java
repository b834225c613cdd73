package org.chargeproof.operator.network.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;

/**
 * A Besu that can be started.
 *
 * @param command what to write before Besu's own options
 * @param version such as 26.8.0
 * @param description where it was found, in a line
 * @param isDocker whether it runs in containers
 */
public record BesuInstallation(List<String> command, String version, String description, boolean isDocker) {
    /** The version that the network is tested with. */
    public static final String VERSION = "26.8.0";

    public static final String IMAGE = "hyperledger/besu:" + VERSION;

    private static final List<Integer> LEAST = List.of(26, 7, 1);
    private static final int VERSION_SECONDS = 60;
    private static final int DOCKER_SECONDS = 15;
    /** A build of the main branch has two numbers, and more behind them. */
    private static final Pattern SAYS =
            Pattern.compile("besu/v?(?<version>(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?[\\w.-]*)");

    public BesuInstallation {
        command = List.copyOf(command);
    }

    /**
     * Finds Besu: in {@code BESU_HOME}, as {@code besu} on the path, or as an image of Docker.
     *
     * @throws BadInputException when there is none, or one that cannot be used; it says how to get one
     */
    public static BesuInstallation find() {
        return find(System.getenv());
    }

    /** Finds Besu, or nothing when there is none; one that cannot be used is an error all the same. */
    public static Optional<BesuInstallation> findIfThere() {
        return findIfThere(System.getenv());
    }

    static BesuInstallation find(Map<String, String> environment) {
        return findIfThere(environment).orElseThrow(() -> new BadInputException("""
                        there is no Besu on this machine. One of these is enough:
                          - unpack the distribution of Besu %1$s (https://github.com/besu-eth/besu/releases) and set BESU_HOME to its folder
                          - put its command 'besu' on the PATH
                          - install Docker and start it; the image %2$s is fetched when it is needed
                        Besu needs Java 25, which it gets from us.""".formatted(VERSION, IMAGE)));
    }

    static Optional<BesuInstallation> findIfThere(Map<String, String> environment) {
        String home = environment.getOrDefault("BESU_HOME", "");
        if (!home.isBlank()) {
            Path besu = Path.of(home, "bin", "besu");
            if (!Files.isExecutable(besu)) {
                throw new BadInputException("BESU_HOME is " + home
                        + ", but there is no program bin/besu in it. Set it to the folder that the distribution of Besu was"
                        + " unpacked to, or unset it to use the 'besu' on the PATH.");
            }
            return Optional.of(local(besu, "BESU_HOME"));
        }
        Optional<Path> onPath = onPath("besu", environment);
        if (onPath.isPresent()) {
            return Optional.of(local(onPath.get(), "the PATH"));
        }
        Optional<Path> docker = onPath("docker", environment);
        if (docker.isPresent() && answers(List.of(docker.get().toString(), "info"))) {
            return Optional.of(new BesuInstallation(
                    List.of(docker.get().toString()), VERSION, "Besu " + VERSION + " in Docker (" + IMAGE + ")", true));
        }
        return Optional.empty();
    }

    private static BesuInstallation local(Path besu, String where) {
        String said = said(besu);
        Matcher version = SAYS.matcher(said);
        if (!version.find()) {
            throw new BadInputException(besu + " (from " + where
                    + ") does not say that it is Besu. 'besu --version' printed:\n" + said.strip());
        }
        for (int i = 0; i < LEAST.size(); i++) {
            int part = Integer.parseInt(Objects.requireNonNullElse(version.group(i + 2), "0"));
            if (part < LEAST.get(i)) {
                throw new BadInputException(besu + " (from " + where + ") is Besu " + number(version)
                        + "; it must be 26.7.1 or later. Versions from 26.4.0 to 26.7.0 make empty blocks on a gas-free network,"
                        + " earlier ones were never tried. Install " + VERSION + ".");
            }
            if (part > LEAST.get(i)) {
                break;
            }
        }
        return new BesuInstallation(
                List.of(besu.toString()),
                number(version),
                "Besu " + number(version) + " from " + where + " (" + besu + ")",
                false);
    }

    private static String number(Matcher version) {
        return version.group("version");
    }

    private static String said(Path besu) {
        try {
            var builder = new ProcessBuilder(besu.toString(), "--version").redirectErrorStream(true);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            // options for nodes are none of its business
            builder.environment().remove("BESU_OPTS");
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return text;
        } catch (IOException e) {
            throw new BadInputException(besu + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadInputException("interrupted while Besu was asked for its version", e);
        }
    }

    private static boolean answers(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(DOCKER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Optional<Path> onPath(String program, Map<String, String> environment) {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
