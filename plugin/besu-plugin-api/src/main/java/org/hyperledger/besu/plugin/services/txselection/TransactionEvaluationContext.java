package org.hyperledger.besu.plugin.services.txselection;

import org.hyperledger.besu.datatypes.PendingTransaction;

/** A transaction that is tried. */
public interface TransactionEvaluationContext {
    PendingTransaction getPendingTransaction();
}
