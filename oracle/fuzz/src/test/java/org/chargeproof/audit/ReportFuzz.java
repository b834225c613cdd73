package org.chargeproof.audit;

import org.chargeproof.fuzz.Scratch;
import org.chargeproof.input.BadInputException;

/** A file that somebody sent: read, or refused with a message. */
public final class ReportFuzz {
    private ReportFuzz() {}

    /** The bytes are the file. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            SignedReport.read(Scratch.file(in)).isAuthentic();
        } catch (BadInputException e) {
            // what it is for
        }
    }
}
