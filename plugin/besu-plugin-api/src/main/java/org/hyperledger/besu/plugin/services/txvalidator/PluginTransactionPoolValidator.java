package org.hyperledger.besu.plugin.services.txvalidator;

import java.util.Optional;
import org.hyperledger.besu.datatypes.Transaction;

/** Looks at a transaction before the pool takes it. */
public interface PluginTransactionPoolValidator {
    Optional<String> validateTransaction(Transaction transaction, boolean isLocal, boolean hasPriority);
}
