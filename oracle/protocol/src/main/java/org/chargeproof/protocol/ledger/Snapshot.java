package org.chargeproof.protocol.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.time.BlockHeader;

/**
 * A network's state after a block, to go on from without the logs before it. It holds whatever its writer read: only who wrote a snapshot
 * itself may read it. Layout in docs/reference/snapshots.md.
 *
 * @param block the last whose logs are in the state
 * @param encodedState that state's bytes; the state itself goes on
 * @param encodedBilling what bills depend on, as bytes; empty for a reader that does not look at them
 */
public record Snapshot(NetworkIdentity network, BlockHeader block, Bytes encodedState, Bytes encodedBilling) {
    /** Another one for each change of the layout, or of what the fold remembers. */
    static final int VERSION = 4;

    /** A hundred thousand charge points take less. */
    public static final int MOST_BYTES = 1 << 27;

    private static final byte[] MAGIC = "chargeproof-state\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * Takes a snapshot.
     *
     * @param state folded up to the block, and no further
     * @param encodedBilling what bills depend on, as they write it themselves; empty for a reader that does not look at them
     * @throws IllegalStateException when it is too large to be written
     */
    public static Snapshot of(NetworkIdentity network, BlockHeader block, LedgerState state, Bytes encodedBilling) {
        return new Snapshot(network, block, Bytes.wrap(StateEncoding.encode(state, MOST_BYTES)), encodedBilling);
    }

    /** The state, to go on with; a new one each time. Throws what {@link #decode} throws. */
    public LedgerState state() {
        return StateEncoding.decode(encodedState.toArrayUnsafe());
    }

    /** All of it with the SHA-256 of what stands before. */
    public byte[] encode() {
        var linked = network.linked();
        var out = new ByteWriter(MOST_BYTES)
                .number(VERSION)
                .number(network.chainId())
                .bytes(network.contract())
                .text(linked.protocol())
                .bytes(linked.assets())
                .bytes(linked.charging())
                .bytes(linked.plans())
                .bytes(linked.algorithms())
                .number(linked.deployedAtBlock())
                .number(linked.firstTimestep())
                .number(linked.timestepSeconds())
                .number(linked.gateSeconds())
                .number(linked.takeoverSeconds())
                .number(linked.stepsPerHour())
                .number(linked.quorumNumerator())
                .number(linked.quorumDenominator())
                .number(block.number())
                .hash(block.hash())
                .number(block.timestampSeconds())
                .bytes(encodedBilling);
        var market = network.market();
        out.flag(market != null);
        if (market != null) {
            out.bytes(market.euro())
                    .bytes(market.flexibility())
                    .bytes(market.settlement())
                    .bytes(market.channels())
                    .bytes(market.meters())
                    .bytes(market.valuations())
                    .number(market.settlementTimesteps())
                    .number(market.graceTimesteps())
                    .number(market.compensationE4())
                    .number(market.kappaE6());
        }
        byte[] head = out.toArray();
        byte[] state = encodedState.toArrayUnsafe();
        long size = (long) MAGIC.length + head.length + state.length + Bytes32.SIZE;
        if (size > MOST_BYTES) {
            throw new IllegalStateException(
                    "a snapshot of " + size + " bytes is not written; the most is " + MOST_BYTES);
        }
        return ByteBuffer.allocate((int) size)
                .put(MAGIC)
                .put(head)
                .put(state)
                .put(Sha256.of(MAGIC, head, state).toArrayUnsafe())
                .array();
    }

    /**
     * Reads a snapshot. Its state is not read yet: {@link #state}.
     *
     * @throws IllegalArgumentException when the bytes are no snapshot of this version, or were changed
     */
    public static Snapshot decode(byte[] bytes) {
        int end = bytes.length - Bytes32.SIZE;
        if (end < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException("not a snapshot: it does not begin like one");
        }
        if (!Sha256.of(Arrays.copyOf(bytes, end)).equals(Bytes32.wrap(bytes, end))) {
            throw new IllegalArgumentException(
                    "not a snapshot: its SHA-256 is not the one at its end, so it was changed"
                            + " or not written whole");
        }
        var buffer = ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length);
        var in = new ByteReader(buffer);
        int version = in.number();
        if (version != VERSION) {
            throw new IllegalArgumentException("a snapshot of version " + version + "; this program reads " + VERSION);
        }
        long chainId = in.longNumber();
        var contract = in.bytes();
        var linked = new NetworkLinked(
                in.text(),
                in.bytes(),
                in.bytes(),
                in.bytes(),
                in.bytes(),
                in.longNumber(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number());
        var block = new BlockHeader(in.longNumber(), in.hash(), in.longNumber());
        var billing = in.bytes();
        var market = in.flag() ? market(in) : null;
        var network = new NetworkIdentity(chainId, contract, linked, market);
        return new Snapshot(network, block, Bytes.wrap(bytes, buffer.position(), buffer.remaining()), billing);
    }

    private static MarketLinked market(ByteReader in) {
        return new MarketLinked(
                in.bytes(),
                in.bytes(),
                in.bytes(),
                in.bytes(),
                in.bytes(),
                in.bytes(),
                in.number(),
                in.number(),
                in.number(),
                in.longNumber());
    }
}
