package org.chargeproof.planner;

import java.util.Arrays;

/**
 * The least level that net load must reach somewhere: the highest level with energy in the flat plan. A discrete Newton
 * method: as long as a level is too low, the cut that proves it says how much higher it must be at least (Dinkelbach
 * 1967). Reusable workspace, for one thread.
 */
final class LeastPeak {
    private final LevelSearch levels = new LevelSearch();
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
        int level = belowDepartures(baseWh, capWh, demand);
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

    /** A lower bound to start from: before each departure there is room for what cannot wait until after it. */
    private int belowDepartures(int[] baseWh, int[] capWh, Demand demand) {
        int last = demand.count - 1;
        Arrays.fill(inA, false);
        int level = lowestWith(demand.totalWh(), baseWh, capWh, demand.departureStep[last]);
        for (int n = last - 1; n >= 0; n--) {
            int departure = demand.departureStep[n];
            if (departure == demand.departureStep[n + 1]) {
                continue;
            }
            int urgentWh = 0;
            for (int i = 0; i < demand.count; i++) {
                int laterSteps = Math.max(0, demand.departureStep[i] - Math.max(departure, demand.arrivalStep[i]));
                urgentWh += Math.max(0, demand.energyWh[i] - demand.maxWhPerStep[i] * laterSteps);
            }
            long roomBeforeWh = 0;
            for (int t = 0; t < departure; t++) {
                roomBeforeWh += roomBelow(level, baseWh[t], capWh[t]);
            }
            if (roomBeforeWh < urgentWh) {
                level = lowestWith(urgentWh, baseWh, capWh, departure);
            }
        }
        return level;
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
