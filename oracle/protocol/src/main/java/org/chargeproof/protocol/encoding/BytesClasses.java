package org.chargeproof.protocol.encoding;

import org.apache.tuweni.bytes.MutableBytes;

/**
 * Lets one thread initialize the classes of the library of bytes (tuweni 2.7.2), which need each other: two threads that begin with different
 * ones of them at the same time wait for each other for ever. Called first where a program begins.
 */
public final class BytesClasses {
    private BytesClasses() {}

    /** Returns when they are initialized; the second time it does nothing. */
    public static void initialize() {
        MutableBytes.create(1);
    }
}
