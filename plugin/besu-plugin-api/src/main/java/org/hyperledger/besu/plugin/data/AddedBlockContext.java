package org.hyperledger.besu.plugin.data;

/** A block that was just added. */
public interface AddedBlockContext extends BlockContext {}
