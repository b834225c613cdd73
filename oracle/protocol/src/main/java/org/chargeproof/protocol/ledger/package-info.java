/** The ledger's state as a fold over its logs. */
@NullMarked
package org.chargeproof.protocol.ledger;

import org.jspecify.annotations.NullMarked;
