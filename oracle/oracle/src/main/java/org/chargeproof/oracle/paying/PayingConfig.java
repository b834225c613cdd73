package org.chargeproof.oracle.paying;

import java.nio.file.Path;
import java.util.Map;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.signature.VoucherKey;

/**
 * Whom a provider pays, and how.
 *
 * @param key signs vouchers: that of the account that the channels name
 * @param payees addresses of the operators' servers, such as {@code https://payee.example:8443}, by the operators' ids
 * @param folder for what was signed; it is money
 * @param limits what is risked for a session
 */
public record PayingConfig(VoucherKey key, Map<Integer, String> payees, Path folder, PaymentLimits limits) {
    /** Of the folder, within the oracle's. */
    public static final String FOLDER = "vouchers";

    public PayingConfig {
        payees = Map.copyOf(payees);
    }
}
