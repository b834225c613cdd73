/** A driver's wallet: 12 words, the accounts that come of them, and an encrypted folder that holds both. */
@NullMarked
package org.chargeproof.payment.wallet;

import org.jspecify.annotations.NullMarked;
