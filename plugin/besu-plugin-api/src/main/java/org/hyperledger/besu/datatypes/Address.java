package org.hyperledger.besu.datatypes;

import org.apache.tuweni.bytes.Bytes;

/** 20 bytes of an account. */
public class Address extends BytesHolder {
    protected Address(Bytes bytes) {
        super(bytes);
    }

    public static Address wrap(Bytes value) {
        return new Address(value);
    }
}
