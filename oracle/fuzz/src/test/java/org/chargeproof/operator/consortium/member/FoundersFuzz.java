package org.chargeproof.operator.consortium.member;

import org.chargeproof.console.input.BadInputException;
import org.chargeproof.fuzz.Scratch;

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
