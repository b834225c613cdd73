package org.chargeproof.payment;

/** A payer's answer to a demand. */
public sealed interface Payment {
    /**
     * It pays.
     *
     * @param voucher to send
     */
    record Signed(SignedVoucher voucher) implements Payment {}

    /** All that was asked for has been paid. */
    record NothingDue() implements Payment {}

    /**
     * It does not pay.
     *
     * @param stops whether it pays nothing for this session any more: end it
     * @param reason with the value, the limit and the remedy
     */
    record Refused(boolean stops, String reason) implements Payment {}
}
