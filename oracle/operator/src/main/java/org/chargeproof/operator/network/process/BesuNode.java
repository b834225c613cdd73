package org.chargeproof.operator.network.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.process.ChildProcess;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.operator.network.files.NodeFolder;
import org.chargeproof.operator.network.files.RpcKey;
import org.chargeproof.operator.network.rpc.NodeRpc;
import org.jspecify.annotations.Nullable;

/** One node: a Besu process that can be started, stopped, killed, and found again by another command. */
public final class BesuNode {
    private static final int STOP_SECONDS = 60;
    private static final int TAIL_LINES = 20;
    private static final Duration OWN_TOKEN = Duration.ofMinutes(10);

    private final NodeFolder folder;
    private final Path genesis;
    private final Path runFolder;
    private final @Nullable BesuInstallation besu;
    private final NodeOptions options;
    private final PidFile pidFile;
    private @Nullable Process process;

    /**
     * A node that does not run yet.
     *
     * @param runFolder for what changes while it runs: database, log, permissions
     */
    BesuNode(NodeFolder folder, Path genesis, Path runFolder, @Nullable BesuInstallation besu, NodeOptions options) {
        this.folder = folder;
        this.genesis = genesis;
        this.runFolder = runFolder;
        this.besu = besu;
        this.options = options;
        this.pidFile = new PidFile(runFolder.resolve("pid"));
    }

    public String name() {
        return folder.name();
    }

    /** Its configuration. */
    public NodeFolder folder() {
        return folder;
    }

    public String rpcUrl() {
        return folder.rpcUrl();
    }

    /** What its process said since it was started last. */
    public Path logFile() {
        return runFolder.resolve("besu.log");
    }

    /** Besu's data: database and caches. */
    public Path dataFolder() {
        return runFolder.resolve("data");
    }

    /** The nodes that it talks to; Besu writes it when they are changed by RPC. */
    Path permissionsFile() {
        return runFolder.resolve(NodeFolder.PERMISSIONS);
    }

    /** Calls it, with a token of its own if it wants one. */
    public NodeRpc rpc() {
        return new NodeRpc(
                rpcUrl(),
                folder.authenticated()
                        ? RpcKey.read(folder.folder().resolve(NodeFolder.RPC_KEY))
                                .token(List.of("*:*"), Instant.now(), OWN_TOKEN)
                        : null);
    }

    public boolean isAlive() {
        return handle().isPresent();
    }

    /** Number of its process, if it runs. */
    public Optional<Long> pid() {
        return handle().map(ProcessHandle::pid);
    }

    /** What is seen of it now. */
    public NodeState state() {
        boolean running = isAlive();
        var rpc = rpc();
        if (!running && !isItself(rpc)) {
            return new NodeState(name(), false, -1, -1);
        }
        return new NodeState(
                name(), running, rpc.block().orElse(-1L), rpc.peers().orElse(-1L));
    }

    /**
     * Starts it; does not wait until it answers.
     *
     * @throws BadInputException when it runs already, or a port of it is taken
     */
    public void start() {
        if (isAlive()) {
            throw new BadInputException(name() + " runs already, as process " + pid().orElse(0L) + ".");
        }
        if (besu == null) {
            throw new IllegalStateException("a network that is only looked at starts nothing");
        }
        requireFreePorts();
        try {
            Files.createDirectories(dataFolder());
            if (!Files.exists(permissionsFile())) {
                Files.copy(folder.folder().resolve(NodeFolder.PERMISSIONS), permissionsFile());
            }
            if (Files.exists(logFile())) {
                Files.move(logFile(), runFolder.resolve("besu.log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write to " + runFolder + ": " + e + ". Name another folder with --data.", e);
        }
        var builder = new NodeCommand(folder, genesis, this, besu, options)
                .builder()
                .redirectErrorStream(true)
                .redirectOutput(logFile().toFile());
        try {
            Process started = switch (options.end()) {
                // a container does not end with the command that started it, unless that is asked to
                case KILLED -> ChildProcess.startBound(builder, besu.isDocker() ? "TERM" : "KILL");
                case STOPPED_IN_ORDER -> ChildProcess.startBound(builder, "TERM");
                case NOTHING -> ChildProcess.startFree(builder);
            };
            started.getOutputStream().close();
            process = started;
            pidFile.write(started.toHandle());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name(), e);
        }
    }

    /** Asks it to end and waits; kills it when it takes too long. */
    public void stop() {
        handle().ifPresent(h -> {
            h.destroy();
            awaitEnd(h, STOP_SECONDS);
        });
    }

    /** Asks it to end; does not wait. */
    public void beginStop() {
        handle().ifPresent(ProcessHandle::destroy);
    }

    /** Ends it at once, as a power cut would. */
    public void kill() {
        handle().ifPresent(h -> {
            if (besu != null && besu.isDocker()) {
                NodeCommand.killContainer(besu, folder);
            }
            h.destroyForcibly();
            awaitEnd(h, STOP_SECONDS);
        });
    }

    /** The last lines that it said. */
    public String tail() {
        return tail(TAIL_LINES);
    }

    public String tail(int lines) {
        try {
            List<String> all = Files.exists(logFile()) ? Files.readAllLines(logFile()) : List.of();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + logFile(), e);
        }
    }

    /**
     * Makes sure that its process runs.
     *
     * @throws LedgerException with its last words when it has ended
     */
    public void requireAlive() {
        if (!isAlive()) {
            throw new LedgerException(name() + " has ended by itself; the last that it said (all of it is in "
                    + logFile() + "):\n" + tail());
        }
    }

    /** Whether the node that answers is this one, started by somebody else: another network may use the same port. */
    private boolean isItself(NodeRpc rpc) {
        return rpc.tryCall("net_enode")
                .filter(enode -> enode.asText().contains(folder.enode().publicKey()))
                .isPresent();
    }

    private Optional<ProcessHandle> handle() {
        return process == null
                ? pidFile.process()
                : Optional.of(process.toHandle()).filter(ProcessHandle::isAlive);
    }

    private void awaitEnd(ProcessHandle handle, int seconds) {
        try {
            handle.onExit().get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            handle.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            handle.destroyForcibly();
        }
    }

    /**
     * Looks before anything is started.
     *
     * @throws BadInputException naming the ports that are taken, and where to change them
     */
    void requireFreePorts() {
        if (!folder.ports().areValid()) {
            throw new BadInputException("two ports of " + name() + " are the same: "
                    + folder.ports().byOption() + ". Change them in "
                    + folder.folder().resolve(NodeFolder.CONFIG) + ".");
        }
        var taken = new ArrayList<String>();
        folder.ports().byOption().forEach((option, port) -> {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                taken.add(option + "=" + port);
            }
        });
        if (!taken.isEmpty()) {
            throw new BadInputException("cannot start " + name() + ": something else listens on "
                    + String.join(", ", taken) + ". Maybe another network runs; end it, or change the port in "
                    + folder.folder().resolve(NodeFolder.CONFIG)
                    + " (p2p-port also in static-nodes.json and permissions.toml of all nodes).");
        }
    }
}
