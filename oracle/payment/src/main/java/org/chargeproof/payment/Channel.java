package org.chargeproof.payment;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.web3j.crypto.Hash;

/**
 * A channel as it stands on chain.
 *
 * @param payer account whose deposit it is: a driver's wallet, or a provider's owner; 0x and 40 hex digits, in lower case
 * @param payee id of the provider or operator that is paid, 1 to 255
 * @param epoch how often the two have closed it: vouchers of an earlier one are worth nothing
 * @param signer account that signs its vouchers
 * @param mostMicroEuro what was deposited in this epoch: what is left and what was paid, together
 */
public record Channel(String payer, int payee, long epoch, String signer, long mostMicroEuro) {
    private static final int MOST_PAYEE = 255;
    private static final long MOST_EPOCH = (1L << 32) - 1;
    private static final int WORD_BYTES = 32;

    /** @throws BadInputException when a field is out of its range */
    public Channel {
        Addresses.bytes("the payer", payer);
        Addresses.bytes("the signer", signer);
        payer = payer.toLowerCase(Locale.ROOT);
        signer = signer.toLowerCase(Locale.ROOT);
        if (payee < 1 || payee > MOST_PAYEE || epoch < 0 || epoch > MOST_EPOCH || mostMicroEuro < 0) {
            throw new BadInputException("a channel to payee " + payee + " of epoch " + epoch + " has " + mostMicroEuro
                    + " millionths of a euro; a payee is 1 to " + MOST_PAYEE + ", an epoch 0 to " + MOST_EPOCH
                    + ", an amount at least 0. Read it from the contract.");
        }
    }

    /** The same with another deposit. */
    public Channel withMostMicroEuro(long amount) {
        return new Channel(payer, payee, epoch, signer, amount);
    }

    /** Its id: keccak256(abi.encode(payer, payee, epoch)). */
    public Bytes32 id() {
        byte[] account = Addresses.bytes("the payer", payer);
        return Bytes32.wrap(Hash.sha3(ByteBuffer.allocate(3 * WORD_BYTES)
                .put(new byte[WORD_BYTES - account.length])
                .put(account)
                .put(new byte[WORD_BYTES - 1])
                .put((byte) payee)
                .put(new byte[WORD_BYTES - Long.BYTES])
                .putLong(epoch)
                .array()));
    }
}
