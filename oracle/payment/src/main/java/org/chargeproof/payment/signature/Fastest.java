package org.chargeproof.payment.signature;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the native library once. */
final class Fastest {
    private static final Logger LOG = LoggerFactory.getLogger(Fastest.class);

    static final Ecdsa ECDSA = load();

    private Fastest() {}

    private static Ecdsa load() {
        try {
            return NativeEcdsa.load();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "libsecp256k1 does not load here ({}); vouchers are signed by Bouncy Castle, ten times as slow",
                    e.getMessage());
            return new BouncyCastleEcdsa();
        }
    }
}
