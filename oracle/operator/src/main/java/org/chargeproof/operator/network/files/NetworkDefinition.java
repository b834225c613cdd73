package org.chargeproof.operator.network.files;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.input.Profile;

/** A network to be: every file of it follows from this. */
public record NetworkDefinition(
        String name, Profile profile, Consensus consensus, long chainId, int blockSeconds, List<NodeDefinition> nodes) {
    public static final String DEVELOPMENT = "development";

    public NetworkDefinition {
        nodes = List.copyOf(nodes);
    }

    /**
     * A development network on loopback with new keys.
     *
     * @param ports of each node; as many nodes as there are of them
     */
    public static NetworkDefinition onLoopback(Consensus consensus, List<NodePorts> ports) {
        return onLoopback(
                consensus, ports, ports.stream().map(p -> NodeKey.create()).toList());
    }

    /** A development network on loopback. */
    static NetworkDefinition onLoopback(Consensus consensus, List<NodePorts> ports, List<NodeKey> keys) {
        var nodes = new ArrayList<NodeDefinition>();
        for (int i = 0; i < keys.size(); i++) {
            nodes.add(new NodeDefinition("node-" + (i + 1), keys.get(i), NodeDefinition.LOOPBACK, ports.get(i)));
        }
        return new NetworkDefinition(DEVELOPMENT, Profile.DEVELOPMENT, consensus, Genesis.DEFAULT_CHAIN_ID, 1, nodes);
    }

    Genesis genesis() {
        return new Genesis(
                consensus,
                chainId,
                blockSeconds,
                nodes.stream().map(n -> n.key().address()).toList());
    }
}
