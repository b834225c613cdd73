package org.hyperledger.besu.plugin.data;

/** What became of a transaction that was tried. */
public interface TransactionProcessingResult {
    long getEstimateGasUsedByTransaction();
}
