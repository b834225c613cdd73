package org.chargeproof.ledger;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepClock;
import org.chargeproof.protocol.time.TimestepEvent;

/** Derives timestep events from block headers. Looks blocks up by bisection, so that a long way to catch up costs little. */
public final class HeaderTimestepSource implements TimestepSource {
    private final BlockSource blocks;
    private final TimestepClock clock;
    private long seenBlock;

    private HeaderTimestepSource(BlockSource blocks, TimestepClock clock, long seenBlock) {
        this.blocks = blocks;
        this.clock = clock;
        this.seenBlock = seenBlock;
    }

    /** All events of a network. */
    public static HeaderTimestepSource fromTheStart(BlockSource blocks, Network network) {
        return after(blocks, network, blocks.header(network.deployedAtBlock()));
    }

    /** The events at or after a moment of block time. */
    public static HeaderTimestepSource fromMoment(BlockSource blocks, Network network, long momentSeconds) {
        BlockHeader first = blocks.header(network.deployedAtBlock());
        BlockHeader head = blocks.head();
        if (first.timestampSeconds() >= momentSeconds || head.number() == first.number()) {
            return after(blocks, network, first);
        }
        return after(blocks, network, lastBefore(blocks, momentSeconds, first, head));
    }

    /** The last block whose time is before a moment; {@code low}'s is, {@code high} may be it. */
    public static BlockHeader lastBefore(BlockSource blocks, long momentSeconds, BlockHeader low, BlockHeader high) {
        if (high.timestampSeconds() < momentSeconds) {
            return high;
        }
        BlockHeader before = low;
        long at = high.number();
        while (before.number() + 1 < at) {
            BlockHeader middle = blocks.header((before.number() + at) / 2);
            if (middle.timestampSeconds() < momentSeconds) {
                before = middle;
            } else {
                at = middle.number();
            }
        }
        return before;
    }

    @Override
    public List<TimestepEvent> until(BlockHeader head) {
        var events = new ArrayList<TimestepEvent>();
        while (clock.nextMoment() <= head.timestampSeconds() && seenBlock < head.number()) {
            // only the block at which the moment has come can bring events
            long low = seenBlock;
            long high = head.number();
            BlockHeader at = head;
            while (low + 1 < high) {
                BlockHeader middle = blocks.header((low + high) / 2);
                if (middle.timestampSeconds() >= clock.nextMoment()) {
                    high = middle.number();
                    at = middle;
                } else {
                    low = middle.number();
                }
            }
            events.addAll(clock.onBlock(at));
            seenBlock = at.number();
        }
        return events;
    }

    private static HeaderTimestepSource after(BlockSource blocks, Network network, BlockHeader seen) {
        return new HeaderTimestepSource(
                blocks,
                new TimestepClock(network.parameters(), network.firstTimestep(), seen.timestampSeconds()),
                seen.number());
    }
}
