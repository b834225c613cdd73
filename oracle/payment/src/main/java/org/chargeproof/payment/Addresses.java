package org.chargeproof.payment;

import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.console.input.BadInputException;

/** Addresses of accounts and contracts. */
final class Addresses {
    private Addresses() {}

    /**
     * Reads one.
     *
     * @throws BadInputException when it is none
     */
    static byte[] bytes(String what, String address) {
        if (!address.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException(what + " is '" + address + "'; it must be 0x and 40 hex digits.");
        }
        return Bytes.fromHexString(address).toArrayUnsafe();
    }
}
