package org.chargeproof.node;

/** Where an oracle takes timestep events from. */
public enum EventSource {
    /** From the plugin when the node has one that follows the same network, else from headers. */
    AUTO,
    /** From the plugin, or not at all. */
    PLUGIN,
    /** Derived from block headers. */
    HEADERS
}
