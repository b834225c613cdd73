package org.chargeproof.protocol.encoding;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.tuweni.bytes.Bytes32;

/** SHA-256 (FIPS 180-4), the hash of all that is computed off chain. */
public final class Sha256 {
    private Sha256() {}

    /** The hash of parts, one behind the other. */
    public static Bytes32 of(byte[]... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return Bytes32.wrap(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
