package org.chargeproof.payment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.payment.signature.Ecdsa;
import org.chargeproof.payment.signature.VoucherKey;
import org.jspecify.annotations.Nullable;

/**
 * A voucher and who has signed it.
 *
 * @param signature r and s, 64 bytes; v is found by who redeems it, so that nobody's choice of it matters
 */
public record SignedVoucher(Voucher voucher, Bytes signature) {
    /** Size of {@link #toBytes}. */
    public static final int BYTES = 3 * Long.BYTES + 2 * Bytes32.SIZE + Ecdsa.SIGNATURE_BYTES;

    private static final int V_OF_EVEN = 27;

    /** @throws BadInputException for a signature that has not 64 bytes */
    public SignedVoucher {
        if (signature.size() != Ecdsa.SIGNATURE_BYTES) {
            throw new BadInputException("a voucher's signature has " + signature.size() + " bytes; it is r and s, "
                    + Ecdsa.SIGNATURE_BYTES + " bytes.");
        }
    }

    /** Signs. */
    static SignedVoucher sign(Voucher voucher, VoucherDomain domain, VoucherKey key) {
        return new SignedVoucher(voucher, Bytes.wrap(key.sign(voucher.digest(domain))));
    }

    /**
     * The public key that has signed, if it is a certain account's.
     *
     * @param signer account, 0x and 40 hex digits, in lower case
     * @return 65 bytes; null when the account has not signed
     */
    byte @Nullable [] keyOf(VoucherDomain domain, String signer) {
        byte[] digest = voucher.digest(domain);
        byte[] even = recover(digest, signer, 0);
        return even == null ? recover(digest, signer, 1) : even;
    }

    /**
     * The signature as contracts take it: r, s, v.
     *
     * @param signer account that has signed, 0x and 40 hex digits, in lower case
     * @throws BadInputException when it has not
     */
    public Bytes signatureForContract(VoucherDomain domain, String signer) {
        byte[] digest = voucher.digest(domain);
        for (int parity = 0; parity < 2; parity++) {
            if (recover(digest, signer, parity) != null) {
                return Bytes.concatenate(signature, Bytes.of(V_OF_EVEN + parity));
            }
        }
        throw new BadInputException(
                "the voucher of channel " + voucher.channel() + " is not signed by " + signer + ".");
    }

    private byte @Nullable [] recover(byte[] digest, String signer, int parity) {
        byte[] key = Ecdsa.fastest().recover(digest, signature.toArrayUnsafe(), parity);
        return key != null && VoucherKey.address(key).equals(signer) ? key : null;
    }

    /** 152 bytes, big-endian: channel, total, lane, amount and energy of the lane, r, s. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .put(voucher.channel().toArrayUnsafe())
                .putLong(voucher.totalMicroEuro())
                .put(voucher.lane().toArrayUnsafe())
                .putLong(voucher.laneMicroEuro())
                .putLong(voucher.laneWh())
                .put(signature.toArrayUnsafe())
                .array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws BadInputException when these are no voucher's bytes
     */
    public static SignedVoucher fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new BadInputException("a voucher has " + bytes.length + " bytes; it has " + BYTES + ".");
        }
        var in = ByteBuffer.wrap(bytes);
        return new SignedVoucher(
                new Voucher(word(in), in.getLong(), word(in), in.getLong(), in.getLong()),
                Bytes.wrap(Arrays.copyOfRange(bytes, in.position(), BYTES)));
    }

    private static Bytes32 word(ByteBuffer in) {
        var word = new byte[Bytes32.SIZE];
        in.get(word);
        return Bytes32.wrap(word);
    }
}
