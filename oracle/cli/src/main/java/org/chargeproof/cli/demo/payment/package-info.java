/** How the demonstration's drivers and operators pay: wallets, channels, vouchers while cars charge, redemption and claims. */
@NullMarked
package org.chargeproof.cli.demo.payment;

import org.jspecify.annotations.NullMarked;
