package org.chargeproof.operator.network.process;

/**
 * What is seen of a node from outside.
 *
 * @param running whether its process is there
 * @param block newest block, or -1 when its JSON-RPC does not answer
 * @param peers nodes that it is connected to, or -1
 */
public record NodeState(String name, boolean running, long block, long peers) {
    /** Whether its JSON-RPC answers. */
    public boolean answers() {
        return block >= 0;
    }
}
