package org.chargeproof.payment.chain;

import org.chargeproof.payment.Channel;

/**
 * A channel, read from the contract.
 *
 * @param channel whose deposit in all is what is left and what was paid
 * @param provider id of the payer; 0: a driver's wallet
 * @param depositMicroEuro what is left of the deposit
 * @param acceptedMicroEuro highest total that came on chain in this epoch
 * @param paidMicroEuro what the payee has had of it
 * @param payableMicroEuro what final bills allow now of the voucher on chain
 * @param billableMicroEuro most that final bills would allow now of any voucher
 * @param closingTimestep in which closing was announced; 0: it was not
 * @param closesBySeconds second of block time at which it may be closed, come what may
 */
public record ChannelOnChain(
        Channel channel,
        int provider,
        long depositMicroEuro,
        long acceptedMicroEuro,
        long paidMicroEuro,
        long payableMicroEuro,
        long billableMicroEuro,
        int closingTimestep,
        long closesBySeconds) {
    /** Whether closing was announced. */
    public boolean isClosing() {
        return closingTimestep != 0;
    }

    /** Whether it would change anything to bring a voucher on chain: more is accepted then, or paid. */
    public boolean isWorthRedeeming(long totalMicroEuro) {
        return totalMicroEuro > acceptedMicroEuro || payableMicroEuro > 0;
    }
}
