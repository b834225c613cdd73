package org.hyperledger.besu.plugin.services.txselection;

import java.util.List;
import org.hyperledger.besu.datatypes.PendingTransaction;
import org.hyperledger.besu.plugin.data.ProcessableBlockHeader;

/** Asked for each block that this node makes: first for a selector, then for what it wants in before all else. */
public interface PluginTransactionSelectorFactory {
    default PluginTransactionSelector create(
            ProcessableBlockHeader pendingBlockHeader, SelectorsStateManager selectorsStateManager) {
        return PluginTransactionSelector.ACCEPT_ALL;
    }

    default void selectPendingTransactions(
            BlockTransactionSelectionService blockTransactionSelectionService,
            ProcessableBlockHeader pendingBlockHeader,
            List<? extends PendingTransaction> candidatePendingTransactions) {}
}
