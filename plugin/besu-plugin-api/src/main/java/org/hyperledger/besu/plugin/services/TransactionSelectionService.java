package org.hyperledger.besu.plugin.services;

import org.hyperledger.besu.plugin.services.txselection.PluginTransactionSelectorFactory;

/** Chooses transactions for this node's own blocks. */
public interface TransactionSelectionService extends BesuService {
    void registerPluginTransactionSelectorFactory(PluginTransactionSelectorFactory transactionSelectorFactory);
}
