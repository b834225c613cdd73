package org.teavm.classlib.java.security;

import org.chargeproof.rerun.Int8Arrays;
import org.teavm.jso.JSBody;
import org.teavm.jso.typedarrays.Int8Array;

/** SHA-256 alone, by a library of the page: {@code globalThis.chargeproofSha256}, which takes and gives bytes. */
public final class TMessageDigest {
    private TMessageDigest() {}

    /**
     * As {@code java.security.MessageDigest} has it.
     *
     * @throws TNoSuchAlgorithmException for any other algorithm
     */
    public static TMessageDigest getInstance(String algorithm) throws TNoSuchAlgorithmException {
        if (!algorithm.equals("SHA-256")) {
            throw new TNoSuchAlgorithmException(algorithm);
        }
        return new TMessageDigest();
    }

    /** The hash of these bytes. */
    public byte[] digest(byte[] input) {
        return Int8Arrays.toBytes(sha256(Int8Arrays.of(input)));
    }

    @JSBody(params = "bytes", script = "return globalThis.chargeproofSha256(bytes);")
    private static native Int8Array sha256(Int8Array bytes);
}
