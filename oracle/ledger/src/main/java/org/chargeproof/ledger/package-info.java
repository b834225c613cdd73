/** Everything that talks to a node: reading logs, calling and sending to the contracts. */
@NullMarked
package org.chargeproof.ledger;

import org.jspecify.annotations.NullMarked;
