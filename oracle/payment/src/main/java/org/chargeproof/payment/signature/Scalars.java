package org.chargeproof.payment.signature;

import java.math.BigInteger;
import java.util.Arrays;

/** What a signature's two numbers may be. */
final class Scalars {
    static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    static final byte[] HALF_ORDER = bytes(ORDER.shiftRight(1));

    private static final int SCALAR_BYTES = 32;
    /**
     * An r below the field's size less the order has a second point, which v of 27 and 28 cannot name: contracts would not recover the
     * key. A signer never meets one (2^-127), somebody who makes a key for a signature does.
     */
    private static final byte[] LEAST_R = bytes(BigInteger.ONE.shiftLeft(136));

    private Scalars() {}

    /** Whether contracts and libraries alike can check it: r with one point, s in the lower half. */
    static boolean isSignature(byte[] signature) {
        return signature.length == Ecdsa.SIGNATURE_BYTES
                && Arrays.compareUnsigned(signature, 0, SCALAR_BYTES, LEAST_R, 0, SCALAR_BYTES) >= 0
                && Arrays.compareUnsigned(signature, SCALAR_BYTES, Ecdsa.SIGNATURE_BYTES, HALF_ORDER, 0, SCALAR_BYTES)
                        <= 0;
    }

    /** A number as 32 bytes. */
    static byte[] bytes(BigInteger number) {
        byte[] bytes = number.toByteArray();
        var all = new byte[SCALAR_BYTES];
        int sign = bytes.length > SCALAR_BYTES ? 1 : 0;
        System.arraycopy(bytes, sign, all, SCALAR_BYTES - bytes.length + sign, bytes.length - sign);
        return all;
    }
}
