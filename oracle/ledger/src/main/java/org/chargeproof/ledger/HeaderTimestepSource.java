package org.chargeproof.ledger;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.time.TimestepClock;
import org.chargeproof.protocol.time.TimestepEvent;

/** Derives timestep events from block headers. Looks blocks up by bisection, so that a long way to catch up costs little. */
public final class HeaderTimestepSource implements TimestepSource {
    /** Between two blocks; more than 14 years of quarter-hours. */
    private static final long MOST_TIMESTEPS_APART = 500_000;

    private final BlockSource blocks;
    private final int timestepSeconds;
    private final TimestepClock clock;
    private final List<TimestepEvent> ready = new ArrayList<>();
    private BlockHeader seen;

    private HeaderTimestepSource(BlockSource blocks, int timestepSeconds, TimestepClock clock, BlockHeader seen) {
        this.blocks = blocks;
        this.timestepSeconds = timestepSeconds;
        this.clock = clock;
        this.seen = seen;
    }

    /**
     * The events at or after a moment of block time.
     *
     * @param firstTimestep timestep in which the network was deployed
     * @param deployedAtBlock first block that can bring an event
     * @param momentSeconds unix seconds
     */
    public static HeaderTimestepSource fromMoment(
            BlockSource blocks,
            NetworkParameters parameters,
            int firstTimestep,
            long deployedAtBlock,
            long momentSeconds) {
        BlockHeader first = blocks.header(deployedAtBlock);
        BlockHeader head = blocks.head();
        BlockHeader seen = first.timestampSeconds() >= momentSeconds || head.number() == first.number()
                ? first
                : lastBefore(blocks, momentSeconds, first, head);
        var clock = new TimestepClock(parameters, firstTimestep, seen.timestampSeconds());
        return new HeaderTimestepSource(blocks, parameters.timestepSeconds(), clock, seen);
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
        while (clock.nextMoment() <= head.timestampSeconds() && seen.number() < head.number()) {
            // only the block at which the moment has come can bring events
            long at = lastBefore(blocks, clock.nextMoment(), seen, head).number() + 1;
            BlockHeader next = at == head.number() ? head : blocks.header(at);
            long apartSeconds = next.timestampSeconds() - seen.timestampSeconds();
            if (apartSeconds < 0 || apartSeconds / timestepSeconds > MOST_TIMESTEPS_APART) {
                throw new LedgerException("block " + next.number() + " of the node has time " + next.timestampSeconds()
                        + ", but block " + seen.number() + " before it has " + seen.timestampSeconds()
                        + ". The node does not tell the chain's truth; ask another one.");
            }
            ready.addAll(clock.onBlock(next));
            seen = next;
        }
        // only now: when a look at the node fails above, the next call finds what was derived before
        var events = List.copyOf(ready);
        ready.clear();
        return events;
    }
}
