package org.chargeproof.payment.signature;

import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies digests of 32 bytes on secp256k1. A signature is 64 bytes, r and s, with s in the lower half; a public key is 65
 * bytes, 4, x and y. Safe for use by many threads.
 */
public sealed interface Ecdsa permits BouncyCastleEcdsa, NativeEcdsa {
    int DIGEST_BYTES = 32;
    int PRIVATE_KEY_BYTES = 32;
    int PUBLIC_KEY_BYTES = 65;
    int SIGNATURE_BYTES = 64;

    /** libsecp256k1 where its library loads, otherwise Bouncy Castle. */
    static Ecdsa fastest() {
        return Fastest.ECDSA;
    }

    /** Signs with the nonce of RFC 6979: the same digest and key give the same bytes. */
    byte[] sign(byte[] digest, byte[] privateKey);

    /** Whether a key has signed; false for whatever is no signature. */
    boolean verify(byte[] digest, byte[] signature, byte[] publicKey);

    /**
     * The key that has signed.
     *
     * @param parity of y of the nonce's point: 0 or 1, which is v - 27
     * @return null when there is none
     */
    byte @Nullable [] recover(byte[] digest, byte[] signature, int parity);

    /** The public key of a private one. */
    byte[] publicKey(byte[] privateKey);

    /** What it is, for people. */
    String description();
}
