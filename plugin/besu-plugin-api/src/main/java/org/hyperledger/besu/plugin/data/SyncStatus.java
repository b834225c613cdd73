package org.hyperledger.besu.plugin.data;

/** How far a node is behind. */
public interface SyncStatus {
    long getCurrentBlock();

    long getHighestBlock();
}
