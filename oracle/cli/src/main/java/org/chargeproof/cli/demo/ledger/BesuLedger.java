package org.chargeproof.cli.demo.ledger;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.process.BesuInstallation;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;

/** A network of Besu nodes with new keys on free ports, each with the plugin, that ends with the demonstration. */
public final class BesuLedger implements AutoCloseable {
    private final BesuNetwork network;

    private BesuLedger(BesuNetwork network) {
        this.network = network;
    }

    /** Starts a network and waits for blocks on all of its nodes. */
    public static BesuLedger start(Path folder, Consensus consensus, int nodes, Consumer<String> say) {
        var besu = BesuInstallation.find();
        say.accept(besu.description());
        var network = BesuNetwork.create(folder, consensus, nodes, besu);
        say.accept("starting " + nodes + " validators, " + consensus.section());
        long start = System.nanoTime();
        network.startAndAwaitBlocks();
        say.accept("blocks on all of them after %.0f s; %s"
                .formatted(
                        (System.nanoTime() - start) / 1e9,
                        String.join(
                                ", ",
                                network.nodes().stream().map(BesuNode::rpcUrl).toList())));
        return new BesuLedger(network);
    }

    /** Its nodes, each of which can be killed. */
    public DemoNodes nodes() {
        return new DemoNodes(
                network.nodes().stream().map(BesuNode::rpcUrl).toList(),
                number -> {
                    BesuNode node = network.nodes().get(number % network.nodes().size());
                    node.kill();
                    return "validator " + node.name();
                },
                this::pids,
                false);
    }

    private Map<String, Long> pids() {
        var pids = new LinkedHashMap<String, Long>();
        network.nodes().forEach(node -> node.pid().ifPresent(pid -> pids.put(node.name(), pid)));
        return pids;
    }

    @Override
    public void close() {
        network.close();
    }
}
