package org.chargeproof.consortium;

import org.chargeproof.fuzz.Scratch;
import org.chargeproof.input.BadInputException;

/** A file that somebody sent: read, or refused with a message. */
public final class FoundersFuzz {
    private FoundersFuzz() {}

    /** The bytes are the file. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            FoundersFile.read(Scratch.file(in));
        } catch (BadInputException e) {
            // what it is for
        }
    }
}
