package org.chargeproof.protocol.algorithm;

import org.chargeproof.protocol.encoding.Sha256;

/** Jars that somebody stored on chain. */
public final class JarFuzz {
    private JarFuzz() {}

    /** The bytes are the jar. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            JarAlgorithm.load(Sha256.of(in), in, 1);
        } catch (IllegalArgumentException e) {
            // what it is for
        }
    }
}
