/** Meters that sign: their keys, their records, and what of them goes on chain. */
@NullMarked
package org.chargeproof.operator.meter;

import org.jspecify.annotations.NullMarked;
