package org.chargeproof.payment;

import java.nio.ByteBuffer;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.web3j.crypto.Hash;

/**
 * What a payer promises: the struct that the contract {@code Channels} takes. All amounts are cumulative and from 0 to 2^63 - 1; the
 * contract's type goes to 2^64 - 1, which is more money than there is.
 *
 * @param channel of the payer and the payee, as {@link Channel#id} has it
 * @param totalMicroEuro of all vouchers in the channel, this one included
 * @param lane session that is paid, or a salted hash of it
 * @param laneMicroEuro for this session so far
 * @param laneWh of this session so far
 */
public record Voucher(Bytes32 channel, long totalMicroEuro, Bytes32 lane, long laneMicroEuro, long laneWh) {
    private static final byte[] TYPE = VoucherDomain.keccak(
            "Voucher(bytes32 channel,uint64 totalMicroEuro,bytes32 lane,uint64 laneMicroEuro,uint64 laneWh)");
    private static final int WORD_BYTES = 32;
    private static final int WORDS = 6;
    private static final short EIP_712 = 0x1901;

    /** @throws BadInputException when an amount is negative, or the total below that of the lane */
    public Voucher {
        if (totalMicroEuro < 0 || laneMicroEuro < 0 || laneWh < 0 || laneMicroEuro > totalMicroEuro) {
            throw new BadInputException("a voucher of " + totalMicroEuro + " millionths of a euro in all has "
                    + laneMicroEuro + " for its lane, and " + laneWh
                    + " Wh; none is negative or above 2^63 - 1, and no lane has more than all.");
        }
    }

    /** The 32 bytes that the channel's signer signs (EIP-712). */
    public byte[] digest(VoucherDomain domain) {
        var struct = ByteBuffer.allocate(WORDS * WORD_BYTES).put(TYPE).put(channel.toArrayUnsafe());
        putWord(struct, totalMicroEuro).put(lane.toArrayUnsafe());
        putWord(struct, laneMicroEuro);
        putWord(struct, laneWh);
        return Hash.sha3(ByteBuffer.allocate(Short.BYTES + 2 * WORD_BYTES)
                .putShort(EIP_712)
                .put(domain.separator().toArrayUnsafe())
                .put(Hash.sha3(struct.array()))
                .array());
    }

    private static ByteBuffer putWord(ByteBuffer words, long number) {
        return words.putLong(0).putLong(0).putLong(0).putLong(number);
    }
}
