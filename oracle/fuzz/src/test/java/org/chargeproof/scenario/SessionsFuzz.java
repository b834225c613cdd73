package org.chargeproof.scenario;

import org.chargeproof.fuzz.Scratch;
import org.chargeproof.input.BadInputException;

/** A file that somebody sent: read, or refused with a message. */
public final class SessionsFuzz {
    private SessionsFuzz() {}

    /** The bytes are the file. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            SessionFile.read(Scratch.file(in));
        } catch (BadInputException e) {
            // what it is for
        }
    }
}
