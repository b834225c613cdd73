package org.chargeproof.protocol.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Decisions;
import org.chargeproof.protocol.encoding.Setpoints;

/** Logs as a node may tell them, decoded and folded; what they cannot be ends as every reader expects it. */
public final class LogsFuzz {
    private static final List<Bytes32> TOPICS =
            LogDecoder.topics().stream().sorted().toList();
    private static final Bytes ADDRESS = Bytes.repeat((byte) 1, 20);
    private static final int MOST_INDEXED = 3;

    private LogsFuzz() {}

    /** Logs: a byte for the event, one for how many topics follow, two for the length of the data. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var state = new LedgerState();
        while (in.remaining() >= 4) {
            var topics = new ArrayList<Bytes32>();
            topics.add(TOPICS.get((in.get() & 0xff) % TOPICS.size()));
            int indexed = (in.get() & 0xff) % (MOST_INDEXED + 1);
            int length = in.getShort() & 0xffff;
            for (int i = 0; i < indexed && in.remaining() >= 32; i++) {
                topics.add(Bytes32.wrap(take(in, 32)));
            }
            byte[] data = take(in, Math.min(length, in.remaining()));
            Decisions.unpack(Bytes.wrap(data));
            Setpoints.read(Bytes.wrap(data), length);
            try {
                LogDecoder.decode(new RawLog(1, 0, ADDRESS, topics, Bytes.wrap(data)))
                        .ifPresent(state::apply);
            } catch (IllegalArgumentException
                    | IndexOutOfBoundsException
                    | NullPointerException
                    | ArithmeticException e) {
                // LedgerFollower and LogFold tell that the logs contradict each other
                return;
            }
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }
}
