package org.chargeproof.payment;

import org.apache.tuweni.bytes.Bytes32;

/**
 * A payee's answer to a voucher.
 *
 * @param channel the voucher's
 * @param lane the voucher's
 * @param outcome what became of it
 * @param reason why it was refused, with the value, the limit and the remedy; empty for others
 * @param acceptedMicroEuro the channel's highest total that the payee holds
 * @param paidMicroEuro the lane's highest amount that it holds
 * @param deliveredWh what the payee's meter shows of the lane
 * @param deliveredMicroEuro what that comes to: what is to be paid
 * @param allowanceMicroEuro what may still be delivered before the next voucher
 */
public record Receipt(
        Bytes32 channel,
        Bytes32 lane,
        Outcome outcome,
        String reason,
        long acceptedMicroEuro,
        long paidMicroEuro,
        long deliveredWh,
        long deliveredMicroEuro,
        long allowanceMicroEuro) {
    /** What became of a voucher. */
    public enum Outcome {
        /** It is worth more than what was held, and is kept. */
        ACCEPTED,
        /** It was had before, or a later one was: nothing changed, and it need not be sent again. */
        UNCHANGED,
        /** It is worth nothing to the payee. */
        REFUSED
    }

    /** What the payee asks for next. */
    public Demand demand() {
        return new Demand(lane, deliveredWh, deliveredMicroEuro);
    }
}
