package org.hyperledger.besu.plugin.services;

import java.util.Optional;
import org.hyperledger.besu.datatypes.Transaction;
import org.hyperledger.besu.plugin.data.AddedBlockContext;
import org.hyperledger.besu.plugin.data.SyncStatus;

/** What the node tells. */
public interface BesuEvents extends BesuService {
    long addBlockAddedListener(BlockAddedListener blockAddedListener);

    void removeBlockAddedListener(long listenerIdentifier);

    long addSyncStatusListener(SyncStatusListener syncStatusListener);

    void removeSyncStatusListener(long listenerIdentifier);

    long addTransactionAddedListener(TransactionAddedListener transactionAddedListener);

    void removeTransactionAddedListener(long listenerIdentifier);

    /** Called on the importing thread. */
    interface BlockAddedListener {
        void onBlockAdded(AddedBlockContext addedBlockContext);
    }

    /** Told how far the node is behind; empty when it is not. */
    interface SyncStatusListener {
        void onSyncStatusChanged(Optional<SyncStatus> syncStatus);
    }

    /** Told what the pool has taken, a little later. */
    interface TransactionAddedListener {
        void onTransactionAdded(Transaction transaction);
    }
}
