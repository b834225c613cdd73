/** From the ledger's state to inputs, plans, setpoints and the hashes that are attested. */
@NullMarked
package org.chargeproof.protocol.plan;

import org.jspecify.annotations.NullMarked;
