package org.chargeproof.operator.network.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.process.AtExit;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.files.NetworkDefinition;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.NetworkWriter;
import org.chargeproof.operator.network.files.NodeDefinition;
import org.chargeproof.operator.network.files.NodeFolder;
import org.chargeproof.operator.network.files.NodeKey;
import org.chargeproof.operator.network.files.NodePorts;
import org.chargeproof.operator.network.rpc.ValidatorVotes;
import org.jspecify.annotations.Nullable;

/** The nodes of a network that run on this machine. */
public final class BesuNetwork implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private static final int POLL_MILLIS = 250;
    /** Nodes that are further apart than this do not keep up with each other. */
    private static final int MOST_BLOCKS_APART = 3;

    private final NetworkFolder folder;
    private final Path data;
    private final @Nullable BesuInstallation besu;
    private final NodeOptions options;
    private final List<BesuNode> nodes = new ArrayList<>();
    private final @Nullable AtExit end;

    /**
     * A network whose nodes may run already, started by an earlier command.
     *
     * @param data folder for what changes while nodes run, one folder in it for each of them
     * @param besu null when nothing is to be started
     */
    public BesuNetwork(NetworkFolder folder, Path data, @Nullable BesuInstallation besu, NodeOptions options) {
        this.folder = folder;
        this.data = data;
        this.besu = besu;
        this.options = options;
        folder.nodes().forEach(n -> nodes.add(node(n)));
        this.end = switch (options.end()) {
            case KILLED -> AtExit.run(this::killAll);
            case STOPPED_IN_ORDER -> AtExit.run(this::stop);
            case NOTHING -> null;
        };
    }

    /**
     * Writes a network of validators with new keys on free ports of this machine; it is not started, and ends with this process.
     *
     * @param folder for all of it: definitions in {@code network}, what changes in {@code nodes}
     * @throws BadInputException when the folder cannot be written
     */
    public static BesuNetwork create(Path folder, Consensus consensus, int validators, BesuInstallation besu) {
        var files = NetworkWriter.write(
                folder.resolve("network"), NetworkDefinition.onLoopback(consensus, NodePorts.free(validators)));
        return new BesuNetwork(files, folder.resolve("nodes"), besu, NodeOptions.endingWithUs());
    }

    public NetworkFolder folder() {
        return folder;
    }

    /** All nodes of this machine. */
    public List<BesuNode> nodes() {
        return List.copyOf(nodes);
    }

    /** A node by its place, from 1. */
    public BesuNode node(int number) {
        return nodes.get(number - 1);
    }

    /**
     * A node by its name.
     *
     * @throws BadInputException when no node has it
     */
    public BesuNode node(String name) {
        return nodes.stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException("there is no node '" + name + "' in " + folder.folder()
                        + ". Its nodes are "
                        + String.join(", ", nodes.stream().map(BesuNode::name).toList()) + "."));
    }

    /** Starts all nodes that do not run; {@link #awaitBlocks} waits for them. */
    public void start() {
        List<BesuNode> ended = nodes.stream().filter(n -> !n.isAlive()).toList();
        ended.forEach(BesuNode::requireFreePorts);
        ended.forEach(BesuNode::start);
    }

    /**
     * Waits until every node that runs has seen a new block and none is behind.
     *
     * @param watching is told again and again what is seen of the nodes
     * @throws LedgerException when a node ends, or it takes too long
     */
    public void awaitBlocks(Duration atMost, Consumer<List<NodeState>> watching) {
        List<BesuNode> awaited = nodes.stream().filter(BesuNode::isAlive).toList();
        Map<String, Long> first = new HashMap<>();
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            List<NodeState> states = states(awaited);
            watching.accept(states);
            awaited.forEach(BesuNode::requireAlive);
            states.stream().filter(NodeState::answers).forEach(s -> first.putIfAbsent(s.name(), s.block()));
            long newest = states.stream().mapToLong(NodeState::block).max().orElse(0);
            boolean flowing = states.stream()
                    .allMatch(s -> s.answers()
                            && s.block() > first.getOrDefault(s.name(), 0L)
                            && s.block() + MOST_BLOCKS_APART >= newest);
            if (flowing) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new LedgerException("no new blocks on all nodes within " + atMost.toSeconds() + " s: " + states
                        + ". Logs are in " + data + ".");
            }
            Pause.millis(POLL_MILLIS);
        }
    }

    /** Starts all nodes and waits for blocks on all of them; closes the network when they do not come. */
    public void startAndAwaitBlocks() {
        try {
            start();
            awaitBlocks(START, states -> {});
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What is seen of all nodes now. */
    public List<NodeState> states() {
        return states(nodes);
    }

    /** Makes a node that is no validator, lets the others take part with it, and starts it. Its folder stays with the data. */
    public BesuNode addNode(NodePorts ports) {
        var definition = new NodeDefinition(nextName(), NodeKey.create(), NodeDefinition.LOOPBACK, ports);
        Path added = addedFolder(data).resolve(definition.name());
        try {
            NetworkWriter.writeNode(
                    added,
                    folder.genesis(),
                    definition,
                    folder.profile(),
                    nodes.stream().map(n -> n.folder().enode()).toList());
        } catch (IOException e) {
            throw new BadInputException("cannot write to " + added + ": " + e, e);
        }
        BesuNode node = node(NodeFolder.read(added));
        for (BesuNode other : nodes) {
            if (other.isAlive()) {
                other.rpc()
                        .call(
                                "perm_addNodesToAllowlist",
                                List.of(definition.enode().toString()));
            }
        }
        nodes.add(node);
        node.start();
        return node;
    }

    /**
     * Separates nodes from all others, as a broken line would: nodes of one side talk to each other only.
     *
     * @param numbers places of the nodes of one side, from 1
     */
    public void partition(Integer... numbers) {
        Set<BesuNode> side = Stream.of(numbers).map(this::node).collect(Collectors.toSet());
        for (BesuNode node : nodes) {
            allow(
                    node,
                    nodes.stream()
                            .filter(n -> side.contains(n) == side.contains(node))
                            .toList());
        }
    }

    /** Ends a partition; nodes find each other again within a minute. */
    public void heal() {
        nodes.forEach(node -> allow(node, nodes));
        for (BesuNode node : nodes) {
            for (BesuNode other : nodes) {
                if (node != other && node.isAlive() && other.isAlive()) {
                    // otherwise it looks for lost neighbors once a minute
                    node.rpc().tryCall("admin_addPeer", other.folder().enode().toString());
                }
            }
        }
    }

    private static void allow(BesuNode node, List<BesuNode> others) {
        try {
            NetworkWriter.writePermissions(
                    node.permissionsFile(),
                    others.stream().map(n -> n.folder().enode()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (node.isAlive()) {
            node.rpc().call("perm_reloadPermissionsFromFile");
        }
    }

    /** Votes of all nodes of this machine that are validators. */
    public ValidatorVotes votes() {
        return new ValidatorVotes(
                nodes.stream().filter(BesuNode::isAlive).map(BesuNode::rpc).toList());
    }

    /** Stops all nodes in order. */
    public void stop() {
        nodes.forEach(BesuNode::beginStop);
        nodes.forEach(BesuNode::stop);
    }

    /** Ends nodes that are to end with us; leaves others running. */
    @Override
    public void close() {
        if (end != null) {
            end.close();
        }
    }

    /** Where the folders of nodes lie that were added by us. */
    public static Path addedFolder(Path data) {
        return data.resolve("added");
    }

    /** All at the same time: a node that is busy keeps its caller waiting. */
    private static List<NodeState> states(List<BesuNode> nodes) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return nodes.stream().map(node -> CompletableFuture.supplyAsync(node::state, threads)).toList().stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    private void killAll() {
        nodes.forEach(BesuNode::kill);
    }

    private BesuNode node(NodeFolder node) {
        return new BesuNode(node, folder.genesis(), data.resolve(node.name()), besu, options);
    }

    private String nextName() {
        int number = nodes.size() + 1;
        while (true) {
            String name = "node-" + number;
            if (nodes.stream().noneMatch(n -> n.name().equals(name))) {
                return name;
            }
            number++;
        }
    }
}
