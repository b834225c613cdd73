package org.hyperledger.besu.datatypes;

/** A transaction that waits in the pool. */
public interface PendingTransaction {
    Transaction getTransaction();
}
