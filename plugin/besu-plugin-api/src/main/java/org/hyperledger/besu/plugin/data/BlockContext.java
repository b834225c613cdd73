package org.hyperledger.besu.plugin.data;

/** A block. */
public interface BlockContext {
    BlockHeader getBlockHeader();

    BlockBody getBlockBody();
}
