/** Drivers without a wallet of their own: who they are, and what their wallets ask of the ledger. */
@NullMarked
package org.chargeproof.oracle.person;

import org.jspecify.annotations.NullMarked;
