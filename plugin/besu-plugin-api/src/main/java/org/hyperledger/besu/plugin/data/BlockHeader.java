package org.hyperledger.besu.plugin.data;

import org.hyperledger.besu.datatypes.Hash;

/** A block's header. */
public interface BlockHeader extends ProcessableBlockHeader {
    Hash getBlockHash();
}
