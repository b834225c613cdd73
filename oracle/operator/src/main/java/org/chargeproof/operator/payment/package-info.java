/** What people and their systems run to pay and to be paid: the driver's wallet, channels, and the server that takes vouchers. */
@NullMarked
package org.chargeproof.operator.payment;

import org.jspecify.annotations.NullMarked;
