package org.chargeproof.billing;

import java.io.ByteArrayOutputStream;

/** The program as a pure function of bytes: what is stored on chain, and what everybody re-runs. */
public final class Algorithm {

    private Algorithm() {}

    /**
     * Computes the bills of one group in one settlement.
     *
     * @param input an encoded {@link BillingInput}
     * @return the encoded {@link Bill}s back to back, ascending by session
     * @throws InvalidInputException if the input is not valid as a whole; nothing is billed then
     */
    public static byte[] run(byte[] input) {
        BillingInput billing = BillingInput.decode(input);
        long[] values = new long[billing.stays().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Flexibility.of(billing, billing.stays().get(i));
        }
        long[] tokens = Flexibility.tokens(billing, values);
        ByteArrayOutputStream bills = new ByteArrayOutputStream();
        for (int i = 0; i < values.length; i++) {
            bills.writeBytes(Bill.of(billing.stays().get(i), billing.group(), billing.terms(), values[i], tokens[i])
                    .encode());
        }
        return bills.toByteArray();
    }
}
