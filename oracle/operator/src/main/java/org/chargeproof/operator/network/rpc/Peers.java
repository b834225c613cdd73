package org.chargeproof.operator.network.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.chargeproof.operator.network.files.Enode;

/** Whom a node talks to. */
public final class Peers {
    private Peers() {}

    /** Lets a node talk to another, and looks for it. @return false when it was allowed before */
    public static boolean allow(NodeRpc node, Enode peer) {
        boolean known = isAllowed(node, peer);
        if (!known) {
            node.call("perm_addNodesToAllowlist", List.of(peer.toString()));
        }
        // the other one may not be there yet, or may be the one to call
        node.tryCall("admin_addPeer", peer.toString());
        return !known;
    }

    /** Ends that. @return false when it was not allowed before */
    public static boolean disallow(NodeRpc node, Enode peer) {
        boolean known = isAllowed(node, peer);
        node.tryCall("admin_removePeer", peer.toString());
        if (known) {
            node.call("perm_removeNodesFromAllowlist", List.of(peer.toString()));
        }
        return known;
    }

    private static boolean isAllowed(NodeRpc node, Enode peer) {
        for (JsonNode allowed : node.call("perm_getNodesAllowlist")) {
            if (allowed.asText().startsWith(peer.toString())) {
                return true;
            }
        }
        return false;
    }
}
