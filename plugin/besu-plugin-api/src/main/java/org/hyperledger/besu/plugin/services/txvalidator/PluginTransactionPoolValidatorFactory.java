package org.hyperledger.besu.plugin.services.txvalidator;

/** Makes validators. */
public interface PluginTransactionPoolValidatorFactory {
    PluginTransactionPoolValidator createTransactionValidator();
}
