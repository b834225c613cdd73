package org.chargeproof.operator.network.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.input.ProjectFolder;
import org.chargeproof.operator.network.process.BesuInstallation;
import org.jspecify.annotations.Nullable;

/** The development network in containers, for machines that have Docker and no Besu. */
final class ComposeNetwork {
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3", "node-4");

    private final NetworkSelection selection;
    private final PrintWriter out;
    private final Path marker;

    ComposeNetwork(NetworkSelection selection, PrintWriter out) {
        this.selection = selection;
        this.out = out;
        this.marker = selection.data().resolve("compose");
    }

    /** Whether the network was started in containers by an earlier command. */
    boolean isUp() {
        return Files.exists(marker);
    }

    int up(RunSettings settings) {
        if (!selection.isDevelopment() || selection.hasOwnGenesis()) {
            throw new BadInputException(
                    "in Docker only the development network is run. For a network of your own, install Besu "
                            + BesuInstallation.VERSION
                            + " and set BESU_HOME, or write a compose file after network-config/compose.yaml.");
        }
        var arguments = new ArrayList<>(List.of("up", "--detach", "--wait"));
        arguments.addAll(NODES);
        int code = run(arguments, settings.contract());
        if (code == 0) {
            try {
                Files.createDirectories(selection.data());
                Files.writeString(marker, "up\n");
            } catch (IOException e) {
                throw new BadInputException("cannot write " + marker + ": " + e, e);
            }
            out.println(
                    "four nodes in containers: JSON-RPC at http://127.0.0.1:8545, 8555, 8565 and 8575; stop them with"
                            + " '" + Invocation.of("network down") + "'");
            out.flush();
        }
        return code;
    }

    int down() {
        int code = run(List.of("down"), null);
        if (code == 0) {
            try {
                Files.delete(marker);
            } catch (IOException e) {
                throw new BadInputException("cannot delete " + marker + ": " + e, e);
            }
        }
        return code;
    }

    int logs(@Nullable String node, int lines, boolean follow) {
        var arguments = new ArrayList<>(List.of("logs", "--tail", String.valueOf(lines)));
        if (follow) {
            arguments.add("--follow");
        }
        arguments.addAll(node == null ? NODES : List.of(node));
        return run(arguments, null);
    }

    private int run(List<String> arguments, @Nullable String contract) {
        var command = new ArrayList<>(List.of(
                "docker",
                "compose",
                "--file",
                ProjectFolder.find()
                        .resolve(Path.of("network-config", "compose.yaml"))
                        .toString()));
        command.addAll(arguments);
        try {
            var builder = new ProcessBuilder(command).inheritIO();
            if (contract != null) {
                builder.environment().put("CHARGEPROOF_CONTRACT", contract);
            }
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new BadInputException(
                    "'docker compose' cannot be run: " + e.getMessage()
                            + ". It is part of Docker since version 20.10.13, or of the package docker-compose-plugin.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadInputException("interrupted while containers were started or stopped", e);
        }
    }
}
