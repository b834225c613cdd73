package org.chargeproof.oracle.person;

import org.chargeproof.database.DatabaseConfig;
import org.chargeproof.ledger.TransactionSigner;

/**
 * How drivers without a wallet are served.
 *
 * @param database where they are kept
 * @param provider vouches for their accounts: the owner or desk of a provider, or a member's owner. Nobody else may send with it meanwhile
 */
public record PersonConfig(DatabaseConfig database, TransactionSigner provider) {}
