package org.chargeproof.protocol.bill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A charge point as bills see it: what its meter showed, and who was there. An id that is given again is another plug.
 */
final class Plug {
    /** The most that a bill's reading holds; the same as a setpoint. */
    private static final int MOST_WH_PER_STEP = 65_534;

    /** The same as in the program that computes bills. */
    private static final int MOST_EARLIER = 64;

    /**
     * A meter at the end of a timestep.
     *
     * @param occupied whether a car was there, by the status that was reported with it
     */
    record Reading(long registerWh, boolean occupied) {}

    final int id;
    final int operator;
    final BillingGroup group;
    final int maxWhPerStep;
    boolean removed;
    final TreeMap<Integer, Reading> readings = new TreeMap<>();
    /** Sessions that could charge, in the order in which they were. */
    final List<BilledSession> sessions = new ArrayList<>();

    Plug(int id, int operator, BillingGroup group, int maxWhPerStep) {
        this.id = id;
        this.operator = operator;
        this.group = group;
        this.maxWhPerStep = Math.clamp(maxWhPerStep, 1, MOST_WH_PER_STEP);
    }

    /**
     * The register at the end of a timestep. Between two reports it rises evenly, in timesteps in which a session could charge, if there
     * are any; before the first and after the last it stands still.
     */
    long registerWh(int timestep) {
        var before = readings.floorEntry(timestep);
        var after = readings.ceilingEntry(timestep);
        if (before == null || after == null || before.getKey().equals(after.getKey())) {
            var known = before == null ? after : before;
            return known == null ? 0 : known.getValue().registerWh();
        }
        long rise = after.getValue().registerWh() - before.getValue().registerWh();
        int steps = chargingTimesteps(before.getKey(), after.getKey());
        int passed = steps == 0 ? timestep - before.getKey() : chargingTimesteps(before.getKey(), timestep);
        steps = steps == 0 ? after.getKey() - before.getKey() : steps;
        // floor(rise * passed / steps), without what might not fit into a long
        return before.getValue().registerWh() + rise / steps * passed + rise % steps * passed / steps;
    }

    /** In how many timesteps after one, up to another, a session could charge. */
    private int chargingTimesteps(int after, int last) {
        int count = 0;
        for (var session : sessions) {
            int from = Math.max(after + 1, session.firstTimestep());
            count += Math.max(0, Math.min(last + 1, session.toTimestep()) - from);
        }
        return count;
    }

    /** What was taken in a timestep; never more than the plug is registered for. */
    int meteredWh(int timestep) {
        return Math.clamp(registerWh(timestep) - registerWh(timestep - 1), 0, maxWhPerStep);
    }

    /** Whether a car was there at the end of a timestep, by the newest report up to then. */
    boolean isOccupied(int timestep) {
        var reading = readings.floorEntry(timestep);
        return reading != null && reading.getValue().occupied();
    }

    /** The first report of a timestep or a later one. */
    @Nullable
    Reading readingFrom(int timestep) {
        Map.Entry<Integer, Reading> reading = readings.ceilingEntry(timestep);
        return reading == null ? null : reading.getValue();
    }

    /**
     * Since when a plug was taken without a break before a timestep: the first timestep of the earliest of the sessions that followed each
     * other so. The timestep itself when nobody was there before.
     */
    int takenSince(int timestep) {
        int since = timestep;
        int least = timestep - BillingState.LOOK_BACK_TIMESTEPS;
        for (int i = sessions.size() - 1, found = 0; i >= 0 && found < MOST_EARLIER; i--) {
            var session = sessions.get(i);
            if (session.firstTimestep() >= since || session.toTimestep() > since) {
                continue;
            }
            int from = session.fromTimestep();
            if (from < least || !isOccupied(session.toTimestep() - 1, since)) {
                break;
            }
            since = from;
            found++;
        }
        return since;
    }

    /** Whether a car was there at the end of each of these timesteps. */
    private boolean isOccupied(int from, int to) {
        for (int t = from; t < to; t++) {
            if (!isOccupied(t)) {
                return false;
            }
        }
        return true;
    }

    /** Forgets what no bill of a stay that begins in a timestep or later depends on. */
    void forgetBefore(int timestep) {
        var floor = readings.floorKey(timestep - 1);
        if (floor != null) {
            readings.headMap(floor).clear();
        }
        int needed = floor == null ? timestep : floor;
        sessions.removeIf(session -> session.billed && session.toTimestep() < needed);
    }
}
