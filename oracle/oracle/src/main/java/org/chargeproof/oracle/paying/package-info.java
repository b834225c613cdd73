/** What a provider pays operators while they charge its drivers. */
@NullMarked
package org.chargeproof.oracle.paying;

import org.jspecify.annotations.NullMarked;
