package org.chargeproof.meter;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** A file of signed readings that somebody sent: read and checked, or refused with a message. */
public final class RecordsFuzz {
    private static final MeterPublicKey KEY =
            MeterKey.of(MeterCurve.SECP256R1, BigInteger.TWO).publicKey();

    private RecordsFuzz() {}

    /** The bytes are the file. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            var entries = RecordFile.parse(new String(in, StandardCharsets.UTF_8));
            var records = entries.stream().map(RecordFile.Entry::record).toList();
            for (var record : records) {
                if (!OcmfRecord.parse(record.base64()).equals(record)) {
                    throw new IllegalStateException("another record in base64: " + record);
                }
            }
            if (SignedSession.check(records, KEY).isGood()) {
                throw new IllegalStateException("somebody signed without the key");
            }
            for (var entry : entries) {
                if (entry.publicKey() != null) {
                    MeterPublicKey.parse(entry.publicKey());
                }
            }
        } catch (InvalidRecordException e) {
            // what it is for
        }
    }
}
