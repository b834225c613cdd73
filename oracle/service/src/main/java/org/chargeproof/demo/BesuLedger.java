package org.chargeproof.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.chargeproof.network.BesuInstallation;
import org.chargeproof.network.BesuNetwork;
import org.chargeproof.network.BesuNode;
import org.chargeproof.network.Consensus;
import org.chargeproof.network.NetworkDefinition;
import org.chargeproof.network.NetworkWriter;
import org.chargeproof.network.NodeOptions;
import org.chargeproof.network.NodePorts;

/** A network of Besu nodes with new keys on free ports, each with the plugin, that ends with the demonstration. */
final class BesuLedger implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    private final BesuNetwork network;

    private BesuLedger(BesuNetwork network) {
        this.network = network;
    }

    /** Starts a network and waits for blocks on all of its nodes. */
    static BesuLedger start(Path folder, Consensus consensus, int nodes, Consumer<String> say) {
        var besu = BesuInstallation.find();
        say.accept(besu.description());
        var files = NetworkWriter.write(
                folder.resolve("network"), NetworkDefinition.onLoopback(consensus, NodePorts.free(nodes)));
        var network = new BesuNetwork(files, folder.resolve("nodes"), besu, NodeOptions.endingWithUs());
        try {
            say.accept("starting " + nodes + " validators, " + consensus.section());
            long start = System.nanoTime();
            network.startAndAwaitBlocks(START);
            say.accept("blocks on all of them after %.0f s; %s"
                    .formatted(
                            (System.nanoTime() - start) / 1e9,
                            String.join(
                                    ", ",
                                    network.nodes().stream()
                                            .map(BesuNode::rpcUrl)
                                            .toList())));
            return new BesuLedger(network);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    DemoNodes nodes() {
        return new DemoNodes(
                network.nodes().stream().map(BesuNode::rpcUrl).toList(),
                number -> {
                    BesuNode node = network.nodes().get(number % network.nodes().size());
                    node.kill();
                    return "validator " + node.name();
                },
                false);
    }

    @Override
    public void close() {
        network.close();
    }
}
