package org.hyperledger.besu.plugin.services.txselection;

import org.hyperledger.besu.datatypes.PendingTransaction;
import org.hyperledger.besu.plugin.data.TransactionSelectionResult;

/** The block that is made. */
public interface BlockTransactionSelectionService {
    TransactionSelectionResult evaluatePendingTransaction(PendingTransaction pendingTransaction);

    /** False when the time for this block is over. */
    boolean commit();

    void rollback();
}
