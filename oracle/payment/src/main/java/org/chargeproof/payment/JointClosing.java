package org.chargeproof.payment;

import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.TypedData;

/**
 * What payer and payee both sign so that a channel closes at once: {@code IChannels.closeTogether}. The payee is paid the total, and the payer
 * has the rest back; no bill is waited for.
 *
 * @param channel its id, which has the epoch in it
 * @param totalMicroEuro what the channel has paid in all then
 * @param untilSeconds last second of block time in which it counts, unix seconds
 */
public record JointClosing(Bytes32 channel, long totalMicroEuro, long untilSeconds) {
    /** So far ahead it may count at most: meanwhile the payee takes no voucher. */
    public static final int MOST_SECONDS = 600;

    /** What is signed. */
    public TypedData typedData(VoucherDomain domain) {
        return TypedData.closing(domain.chainId(), domain.channels(), channel, totalMicroEuro, untilSeconds);
    }
}
