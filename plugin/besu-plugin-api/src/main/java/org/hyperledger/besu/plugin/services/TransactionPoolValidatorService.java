package org.hyperledger.besu.plugin.services;

import org.hyperledger.besu.plugin.services.txvalidator.PluginTransactionPoolValidatorFactory;

/** What the pool takes. */
public interface TransactionPoolValidatorService extends BesuService {
    void registerPluginTransactionValidatorFactory(
            PluginTransactionPoolValidatorFactory pluginTransactionPoolValidatorFactory);
}
