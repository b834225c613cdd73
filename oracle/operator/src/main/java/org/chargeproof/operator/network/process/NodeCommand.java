package org.chargeproof.operator.network.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chargeproof.console.input.ProjectFolder;
import org.chargeproof.operator.network.files.ConfigToml;
import org.chargeproof.operator.network.files.NodeFolder;

/** The command that runs a node. */
final class NodeCommand {
    private final NodeFolder folder;
    private final Path genesis;
    private final BesuNode node;
    private final BesuInstallation besu;
    private final NodeOptions options;

    NodeCommand(NodeFolder folder, Path genesis, BesuNode node, BesuInstallation besu, NodeOptions options) {
        this.folder = folder;
        this.genesis = genesis;
        this.node = node;
        this.besu = besu;
        this.options = options;
    }

    ProcessBuilder builder() {
        var command = new ArrayList<>(besu.command());
        if (besu.isDocker()) {
            command.addAll(container());
        }
        command.addAll(arguments());
        var builder = new ProcessBuilder(command).directory(folder.folder().toFile());
        builder.environment().put("BESU_OPTS", jvmOptions());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    /** Paths are given here, and not left to the configuration, because Besu takes them from the folder that it runs in. */
    private List<String> arguments() {
        var arguments = new ArrayList<String>();
        arguments.add("--config-file=" + absolute(folder.folder().resolve(NodeFolder.CONFIG)));
        arguments.add("--genesis-file=" + absolute(genesis));
        arguments.add("--data-path=" + absolute(node.dataFolder()));
        arguments.add("--node-private-key-file=" + absolute(folder.keyFile()));
        arguments.add("--static-nodes-file=" + absolute(folder.folder().resolve(NodeFolder.STATIC_NODES)));
        arguments.add("--permissions-nodes-config-file=" + absolute(node.permissionsFile()));
        // the log is a file
        arguments.add("--color-enabled=false");
        if (folder.authenticated()) {
            String key = absolute(folder.folder().resolve(NodeFolder.RPC_PUBLIC_KEY));
            arguments.add("--rpc-http-authentication-jwt-public-key-file=" + key);
            arguments.add("--rpc-ws-authentication-jwt-public-key-file=" + key);
        }
        if (options.plugins() == null) {
            // Besu does not start with names that only the plugin would bring
            withoutPlugin("--rpc-http-api", folder.apis()).ifPresent(arguments::add);
            withoutPlugin("--rpc-ws-api", folder.wsApis()).ifPresent(arguments::add);
            withoutPlugin("--metrics-category", folder.metricCategories()).ifPresent(arguments::add);
        }
        arguments.addAll(options.arguments());
        return arguments;
    }

    private static Optional<String> withoutPlugin(String option, List<String> names) {
        return names.contains(ConfigToml.PLUGIN)
                ? Optional.of(names.stream()
                        .filter(n -> !n.equals(ConfigToml.PLUGIN))
                        .collect(Collectors.joining(",", option + "=", "")))
                : Optional.empty();
    }

    private String jvmOptions() {
        var all = new ArrayList<>(options.jvmOptions());
        if (options.plugins() != null) {
            String property = "-Dbesu.plugins.dir=" + absolute(options.plugins());
            all.add(property.contains(" ") ? "'" + property + "'" : property);
        }
        // last, so that what the user says counts
        all.add(Optional.ofNullable(System.getenv("BESU_OPTS")).orElse(""));
        return String.join(" ", all).strip();
    }

    /** The container shares the machine's network and finds every file where it is outside. */
    private List<String> container() {
        var run = new ArrayList<>(List.of(
                "run",
                "--rm",
                "--name",
                containerName(folder),
                "--network",
                "host",
                "--entrypoint",
                "besu",
                "--user",
                user()));
        Stream.of(
                        ProjectFolder.find(),
                        folder.folder(),
                        genesis.getParent(),
                        node.dataFolder().getParent(),
                        options.plugins())
                .filter(java.util.Objects::nonNull)
                .map(NodeCommand::absolute)
                .distinct()
                .forEach(path -> run.addAll(List.of("--volume", path + ":" + path)));
        // the image opens them to everybody by its environment, which counts more than the configuration
        run.addAll(List.of("--env", "BESU_RPC_HTTP_HOST=127.0.0.1", "--env", "BESU_RPC_WS_HOST=127.0.0.1"));
        run.addAll(List.of("--env", "BESU_OPTS=" + jvmOptions(), BesuInstallation.IMAGE));
        return run;
    }

    private static String containerName(NodeFolder folder) {
        return "chargeproof-" + folder.name() + "-" + folder.ports().rpc();
    }

    static void killContainer(BesuInstallation docker, NodeFolder folder) {
        var command = new ArrayList<>(docker.command());
        command.addAll(List.of("kill", containerName(folder)));
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String user() {
        try {
            Path owned = node.dataFolder();
            return Files.getAttribute(owned, "unix:uid") + ":" + Files.getAttribute(owned, "unix:gid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }
}
