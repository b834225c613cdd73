package org.hyperledger.besu.plugin.services.txselection;

/** Has a say in what goes into a block. */
public interface TransactionSelector {}
