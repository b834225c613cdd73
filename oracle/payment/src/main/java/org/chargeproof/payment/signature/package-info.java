/**
 * ECDSA over secp256k1 for vouchers: libsecp256k1 where its library loads, Bouncy Castle elsewhere; both give the same bytes (RFC 6979, s
 * in the lower half).
 */
@NullMarked
package org.chargeproof.payment.signature;

import org.jspecify.annotations.NullMarked;
