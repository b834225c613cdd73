package org.chargeproof.rerun;

import org.teavm.jso.typedarrays.Int8Array;

/** Bytes on both sides. */
public final class Int8Arrays {
    private Int8Arrays() {}

    /** JavaScript's, copied. */
    public static Int8Array of(byte[] bytes) {
        var array = new Int8Array(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            array.set(i, bytes[i]);
        }
        return array;
    }

    /** Java's, copied. */
    public static byte[] toBytes(Int8Array array) {
        var bytes = new byte[array.getLength()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = array.get(i);
        }
        return bytes;
    }
}
