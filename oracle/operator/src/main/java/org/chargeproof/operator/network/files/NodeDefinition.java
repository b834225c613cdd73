package org.chargeproof.operator.network.files;

/**
 * A node to be.
 *
 * @param name also of its folder
 * @param host IPv4 address where the other nodes reach it
 */
public record NodeDefinition(String name, NodeKey key, String host, NodePorts ports) {
    public static final String LOOPBACK = "127.0.0.1";

    public Enode enode() {
        return new Enode(key.publicKey(), host, ports.p2p());
    }

    /** Whether nothing outside of this machine has to reach it. */
    public boolean onLoopback() {
        return host.equals(LOOPBACK);
    }
}
