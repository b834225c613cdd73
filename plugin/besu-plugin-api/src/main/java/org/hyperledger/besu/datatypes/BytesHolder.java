package org.hyperledger.besu.datatypes;

import org.apache.tuweni.bytes.Bytes;

/** Bytes with a meaning. */
public class BytesHolder {
    private final Bytes value;

    protected BytesHolder(Bytes value) {
        this.value = value;
    }

    public final Bytes getBytes() {
        return value;
    }
}
