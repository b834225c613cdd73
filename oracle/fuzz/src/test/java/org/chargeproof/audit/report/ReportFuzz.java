package org.chargeproof.audit.report;

import org.chargeproof.console.input.BadInputException;
import org.chargeproof.fuzz.Scratch;

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
