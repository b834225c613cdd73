package org.chargeproof.operator.network.files;

import org.chargeproof.console.input.BadInputException;
import org.chargeproof.fuzz.Scratch;

/** A file that somebody sent: read, or refused with a message. */
public final class GenesisFuzz {
    private GenesisFuzz() {}

    /** The bytes are the file. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            Genesis.read(Scratch.file(in));
        } catch (BadInputException e) {
            // what it is for
        }
    }
}
