package org.hyperledger.besu.plugin.services.p2p;

import org.hyperledger.besu.plugin.services.BesuService;

/** The node's peers. */
public interface P2PService extends BesuService {
    boolean isP2pEnabled();

    int getPeerCount();
}
