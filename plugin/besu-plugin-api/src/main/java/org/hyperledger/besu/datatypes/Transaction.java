package org.hyperledger.besu.datatypes;

import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/** A signed transaction. */
public interface Transaction {
    Optional<? extends Address> getTo();

    Address getSender();

    Bytes getPayload();
}
