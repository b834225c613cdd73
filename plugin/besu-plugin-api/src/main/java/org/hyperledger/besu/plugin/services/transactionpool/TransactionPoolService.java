package org.hyperledger.besu.plugin.services.transactionpool;

import java.util.Collection;
import org.hyperledger.besu.datatypes.PendingTransaction;
import org.hyperledger.besu.plugin.services.BesuService;

/** The pool of transactions that wait. */
public interface TransactionPoolService extends BesuService {
    Collection<? extends PendingTransaction> getPendingTransactions();
}
