/** How an owner writes to the ledger: transactions that wait for their receipt, and why one was refused. */
@NullMarked
package org.chargeproof.operator.owner;

import org.jspecify.annotations.NullMarked;
