package org.chargeproof.protocol.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.encoding.Sha256;

/** A snapshot that somebody spoiled and gave a digest that fits: none, or one that is written as it was read. */
public final class SnapshotFuzz {
    private static final byte[] MAGIC = "chargeproof-state\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BYTES = 1 << 24;

    private SnapshotFuzz() {}

    /** The bytes are a state by itself, and all that stands between a snapshot's first bytes and its digest. */
    public static void fuzzerTestOneInput(byte[] in) {
        try {
            var state = StateEncoding.decode(in);
            if (!Arrays.equals(StateEncoding.encode(state, MOST_BYTES), in)) {
                throw new IllegalStateException("another state");
            }
        } catch (IllegalArgumentException e) {
            // refused
        }
        var file = Bytes.concatenate(Bytes.wrap(MAGIC), Bytes.wrap(in), Sha256.of(MAGIC, in))
                .toArray();
        try {
            var snapshot = Snapshot.decode(file);
            if (!Arrays.equals(snapshot.encode(), file)) {
                throw new IllegalStateException("another snapshot");
            }
            snapshot.state();
        } catch (IllegalArgumentException e) {
            // refused
        }
    }
}
