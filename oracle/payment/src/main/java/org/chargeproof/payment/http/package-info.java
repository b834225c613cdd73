/** Vouchers over HTTP: the payee's server and the payer's client. */
@NullMarked
package org.chargeproof.payment.http;

import org.jspecify.annotations.NullMarked;
