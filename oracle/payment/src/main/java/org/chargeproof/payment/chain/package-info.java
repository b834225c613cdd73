/** Channels as the contract has them, and what of the vouchers that are held is worth bringing there. */
@NullMarked
package org.chargeproof.payment.chain;

import org.jspecify.annotations.NullMarked;
