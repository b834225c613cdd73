/** Re-execution of what the ledger says, by anybody. */
@NullMarked
package org.chargeproof.audit;

import org.jspecify.annotations.NullMarked;
