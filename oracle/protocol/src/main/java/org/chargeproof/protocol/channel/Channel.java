package org.chargeproof.protocol.channel;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

/**
 * The newest channel of a payer and a payee. Amounts are in millionths of a euro.
 *
 * @param payer 20 bytes; so is {@code signer}, who signs its vouchers
 * @param payee id of a member or provider
 * @param provider the payer's id; 0 for a driver's wallet
 * @param epoch how often the two had closed their channel before
 * @param depositMicroEuro what is left of all deposits; 0 once it is closed
 * @param acceptedMicroEuro highest total of a voucher that came on chain in this epoch
 * @param paidMicroEuro what the payee has had of it in this epoch
 * @param closing null while nobody has announced one; stays when it is closed
 * @param closed null while it is open
 */
public record Channel(
        Bytes payer,
        int payee,
        Bytes signer,
        int provider,
        long epoch,
        long depositMicroEuro,
        long acceptedMicroEuro,
        long paidMicroEuro,
        @Nullable Closing closing,
        @Nullable Closed closed) {
    /**
     * A closing that was announced, by either side: logs do not say which.
     *
     * @param timestep in which it was
     * @param closesBySeconds block time from which on the channel may be closed, come what may
     * @param acceptedMicroEuro the highest voucher on chain at that moment: a newer one that comes later beats it
     */
    public record Closing(int timestep, long closesBySeconds, long acceptedMicroEuro) {}

    /**
     * A channel is no more.
     *
     * @param block in which it was closed
     * @param returnedMicroEuro what the payer got back
     */
    public record Closed(long block, long returnedMicroEuro) {}

    /** What vouchers name it by: Channels.channelOf. */
    public Bytes32 id() {
        return Bytes32.wrap(Hash.sha3(Bytes.concatenate(
                        Bytes32.leftPad(payer),
                        Bytes32.leftPad(Bytes.ofUnsignedInt(payee)),
                        Bytes32.leftPad(Bytes.ofUnsignedLong(epoch)))
                .toArrayUnsafe()));
    }

    /** Whether a newer voucher came on chain after its closing was announced. */
    public boolean isClosingBeaten() {
        return closing != null && acceptedMicroEuro > closing.acceptedMicroEuro();
    }
}
