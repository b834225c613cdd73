package org.chargeproof.planner;

import java.util.Arrays;

/**
 * The least level that net load must reach somewhere: the highest level with energy in the flat plan. A discrete Newton
 * method: as long as a level is too low, the cut that proves it says how much higher it must be at least (Dinkelbach
 * 1967). Reusable workspace, for one thread.
 */
final class LeastPeak {
    private final LevelSearch levels = new LevelSearch();
    private final int[] bendWh = new int[Limits.STEPS + 2];
    private final int[] urgentWh = new int[Limits.STEPS + 1];
    private final int[] roomWh = new int[Limits.STEPS];
    private final boolean[] inA = new boolean[Limits.STEPS];

    /**
     * Finds the least peak.
     *
     * @param baseWh net load without the sessions, may be negative
     * @param capWh room for the sessions
     * @param demand the sessions, feasible under the room
     * @param cuts the same sessions
     * @return the least peak in Wh per step, may be negative; 0 if there is no energy to plan
     */
    int of(int[] baseWh, int[] capWh, Demand demand, Cuts cuts) {
        int totalWh = demand.totalWh();
        if (totalWh == 0) {
            return 0;
        }
        int horizon = demand.departureStep[demand.count - 1];
        int level = belowUrgent(baseWh, capWh, demand, horizon);
        while (true) {
            for (int t = 0; t < horizon; t++) {
                roomWh[t] = roomBelow(level, baseWh[t], capWh[t]);
            }
            int mostWh = cuts.most(roomWh);
            if (mostWh == totalWh) {
                return level;
            }
            cuts.limiting(horizon, inA);
            long roomOutsideWh = 0;
            for (int t = 0; t < horizon; t++) {
                roomOutsideWh += inA[t] ? 0 : roomWh[t];
            }
            int next = lowestWith(totalWh - mostWh + roomOutsideWh, baseWh, capWh, horizon);
            if (next <= level) {
                throw new IllegalStateException(totalWh + " Wh do not fit below any level, up to " + level);
            }
            level = next;
        }
    }

    /** A lower bound to start from: before each step there is room for what cannot wait until it. */
    private int belowUrgent(int[] baseWh, int[] capWh, Demand demand, int horizon) {
        setUrgent(demand, horizon);
        Arrays.fill(inA, false);
        int level = Integer.MIN_VALUE;
        int end = horizon;
        while (end > 0) {
            level = lowestWith(urgentWh[end], baseWh, capWh, end);
            // where most is missing comes next, until nothing is
            end = 0;
            long mostMissingWh = 0;
            long roomBeforeWh = 0;
            for (int t = 0; t < horizon; t++) {
                roomBeforeWh += roomBelow(level, baseWh[t], capWh[t]);
                if (urgentWh[t + 1] - roomBeforeWh > mostMissingWh) {
                    mostMissingWh = urgentWh[t + 1] - roomBeforeWh;
                    end = t + 1;
                }
            }
        }
        return level;
    }

    /**
     * What sessions must take before each step even if they take full power from it on: their energy at the departure, full power
     * less in each step before it, down to 0. Its slope changes three times for each session.
     */
    private void setUrgent(Demand demand, int horizon) {
        Arrays.fill(bendWh, 0, horizon + 2, 0);
        for (int n = 0; n < demand.count; n++) {
            int maxWhPerStep = demand.maxWhPerStep[n];
            int departure = demand.departureStep[n];
            int fullSteps = demand.energyWh[n] / maxWhPerStep;
            int restWh = demand.energyWh[n] - fullSteps * maxWhPerStep;
            bendWh[departure - fullSteps] += restWh;
            bendWh[departure - fullSteps + 1] += maxWhPerStep - restWh;
            bendWh[departure + 1] -= maxWhPerStep;
        }
        int riseWh = 0;
        int sumWh = 0;
        for (int t = 0; t <= horizon; t++) {
            riseWh += bendWh[t];
            sumWh += riseWh;
            urgentWh[t] = sumWh;
        }
    }

    /**
     * Room below a level.
     *
     * @return {@code min(capWh, max(0, levelWh - baseWh))}
     */
    static int roomBelow(long levelWh, int baseWh, int capWh) {
        return (int) Math.min(capWh, Math.max(0, levelWh - baseWh));
    }

    /** The lowest level below which the steps outside of A, of the first ones, have that much room, at least 1 Wh. */
    private int lowestWith(long energyWh, int[] baseWh, int[] capWh, int steps) {
        levels.clear();
        for (int t = 0; t < steps; t++) {
            if (!inA[t]) {
                levels.add(baseWh[t], baseWh[t] + capWh[t]);
            }
        }
        return levels.filledBy(energyWh - 1) + 1;
    }
}
