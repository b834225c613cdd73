package org.chargeproof.protocol.algorithm;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.chargeproof.protocol.encoding.Sha256;

/** Jars that somebody stored on chain. */
public final class JarFuzz {
    private static final ExecutorService WORKERS =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    private JarFuzz() {}

    /** The bytes are the jar. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            JarAlgorithm.load(Sha256.of(in), in, WORKERS);
        } catch (IllegalArgumentException e) {
            // what it is for
        }
    }
}
