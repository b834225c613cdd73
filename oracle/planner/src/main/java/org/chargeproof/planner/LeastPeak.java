package org.chargeproof.planner;

/**
 * The least level that net load must reach somewhere: the highest level with energy in the flat plan. A discrete Newton
 * method: as long as a level is too low, the cut that proves it says how much higher it must be at least (Dinkelbach
 * 1967). Reusable workspace, for one thread.
 */
final class LeastPeak {
    private final PrefixCuts cuts = new PrefixCuts();
    private final int[] roomWh = new int[Limits.STEPS];
    private final boolean[] inA = new boolean[Limits.STEPS];

    /**
     * Finds the least peak.
     *
     * @param baseWh net load without the sessions, may be negative
     * @param capWh room for the sessions
     * @param demand the sessions, feasible under the room
     * @return the least peak in Wh per step, may be negative; 0 if there is no energy to plan
     */
    int of(int[] baseWh, int[] capWh, Demand demand) {
        int totalWh = demand.totalWh();
        if (totalWh == 0) {
            return 0;
        }
        cuts.clear();
        for (int n = 0; n < demand.count; n++) {
            if (demand.energyWh[n] > 0) {
                cuts.add(demand.energyWh[n], demand.maxWhPerStep[n], demand.departureStep[n]);
            }
        }
        int horizon = demand.departureStep[demand.count - 1];
        for (int t = 0; t < horizon; t++) {
            inA[t] = false;
        }
        int level = lowestWith(totalWh, baseWh, capWh, horizon);
        while (true) {
            long roomOutsideWh = 0;
            for (int t = 0; t < horizon; t++) {
                roomWh[t] = roomBelow(level, baseWh[t], capWh[t]);
            }
            long mostWh = cuts.most(roomWh);
            if (mostWh == totalWh) {
                return level;
            }
            cuts.limiting(roomWh, horizon, inA);
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

    /**
     * Room below a level.
     *
     * @return {@code min(capWh, max(0, levelWh - baseWh))}
     */
    static int roomBelow(long levelWh, int baseWh, int capWh) {
        return (int) Math.min(capWh, Math.max(0, levelWh - baseWh));
    }

    /** The lowest level below which the steps outside of A have that much room. */
    private int lowestWith(long energyWh, int[] baseWh, int[] capWh, int horizon) {
        int tooLow = Integer.MAX_VALUE;
        int enough = Integer.MIN_VALUE;
        for (int t = 0; t < horizon; t++) {
            tooLow = inA[t] ? tooLow : Math.min(tooLow, baseWh[t]);
            enough = inA[t] ? enough : Math.max(enough, baseWh[t] + capWh[t]);
        }
        while (enough - tooLow > 1) {
            int middle = tooLow + (enough - tooLow) / 2;
            long roomOutsideWh = 0;
            for (int t = 0; t < horizon; t++) {
                roomOutsideWh += inA[t] ? 0 : roomBelow(middle, baseWh[t], capWh[t]);
            }
            if (roomOutsideWh >= energyWh) {
                enough = middle;
            } else {
                tooLow = middle;
            }
        }
        return enough;
    }
}
