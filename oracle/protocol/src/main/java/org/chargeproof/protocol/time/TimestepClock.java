package org.chargeproof.protocol.time;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns block headers into timestep events. Feeding every header, or only those at which {@link #nextMoment()} has come,
 * gives the same events; so a reader that is far behind can look the blocks up by bisection.
 */
public final class TimestepClock {
    private final NetworkParameters parameters;
    private final int firstTimestep;
    private long seenSeconds;

    /**
     * @param firstTimestep timestep in which the network was deployed: its gate is event 0
     * @param seenSeconds time of the last block whose events are known
     */
    public TimestepClock(NetworkParameters parameters, int firstTimestep, long seenSeconds) {
        this.parameters = parameters;
        this.firstTimestep = firstTimestep;
        this.seenSeconds = seenSeconds;
    }

    /** Block time of the next event, unix seconds: the first gate or start after the blocks seen so far. */
    public long nextMoment() {
        int timestep = parameters.timestepAt(seenSeconds);
        long gate = parameters.gateOf(timestep);
        return seenSeconds < gate ? gate : parameters.startOf(timestep + 1);
    }

    /**
     * The events that a block brought about, in order; often none.
     *
     * @param header block at which to look, later than those before
     * @throws IllegalArgumentException when its time is before that of a block already seen
     */
    public List<TimestepEvent> onBlock(BlockHeader header) {
        if (header.timestampSeconds() < seenSeconds) {
            throw new IllegalArgumentException("block " + header.number() + " has time " + header.timestampSeconds()
                    + ", but a block before it had " + seenSeconds + ". Blocks must come in order.");
        }
        var events = new ArrayList<TimestepEvent>();
        for (long moment = nextMoment(); moment <= header.timestampSeconds(); moment = nextMoment()) {
            events.add(eventAt(moment, header));
            seenSeconds = moment;
        }
        seenSeconds = header.timestampSeconds();
        return events;
    }

    /** Number of the first event at or behind the start of a timestep. */
    public static long sequenceAtStart(int timestep, int firstTimestep) {
        return Math.max(0, 2L * (timestep - firstTimestep) - 1);
    }

    /** Block time of the event with a number, unix seconds. */
    public static long momentOf(long sequence, NetworkParameters parameters, int firstTimestep) {
        int timestep = Math.toIntExact(firstTimestep + (sequence + 1) / 2);
        return sequence % 2 == 0 ? parameters.gateOf(timestep) : parameters.startOf(timestep);
    }

    private TimestepEvent eventAt(long moment, BlockHeader header) {
        int timestep = parameters.timestepAt(moment);
        boolean starts = parameters.startOf(timestep) == moment;
        long over = parameters.startOf(timestep + 1);
        return new TimestepEvent(
                starts ? TimestepEvent.Kind.TIMESTEP_STARTED : TimestepEvent.Kind.GATE_CLOSED,
                2L * (timestep - firstTimestep) - (starts ? 1 : 0),
                timestep,
                header.number(),
                header.hash(),
                header.timestampSeconds(),
                header.number() - 1,
                header.timestampSeconds() >= over);
    }
}
