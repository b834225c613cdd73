package org.chargeproof.planner;

import java.util.Arrays;

/**
 * Splits an aggregate among sessions, from the last step to the first: in each, those take part whose energy fits least
 * into the steps before. Never fails for an aggregate that is feasible (Gale and Ryser); see "Who gets what" in {@code
 * docs/concepts/planner.md}. Reusable workspace, for one thread; allocates nothing.
 */
final class Split {
    private final int[] leftWh = new int[Limits.SESSIONS];

    /**
     * Splits an aggregate.
     *
     * @param steps T
     * @param aggregateWh energy of all sessions by step, feasible
     * @param demand the sessions
     * @param cuts the same sessions
     * @param energyWh result by session in the order of {@code demand}, up to its departure
     */
    void split(int steps, int[] aggregateWh, Demand demand, PrefixCuts cuts, int[][] energyWh) {
        int count = demand.count;
        for (int n = 0; n < count; n++) {
            leftWh[n] = demand.energyWh[n];
            Arrays.fill(energyWh[n], 0, demand.departureStep[n], 0);
        }
        int mostWh = cuts.most(aggregateWh);
        int first = count;
        for (int t = steps - 1; t >= 0; t--) {
            while (first > 0 && demand.departureStep[first - 1] > t) {
                first--;
            }
            if (aggregateWh[t] > 0) {
                take(t, demand, first, cuts.layer(t), cuts.fromLayerWh(t), energyWh);
            }
        }
        for (int n = 0; n < count; n++) {
            if (leftWh[n] != 0) {
                throw new IllegalStateException(leftWh[n] + " Wh of session at input index " + demand.inputIndex[n]
                        + " are not in the plan; " + mostWh + " Wh are");
            }
        }
    }

    /** Takes what lies above the layer, and some of the layer itself. */
    private void take(int t, Demand demand, int first, int layer, int fromLayerWh, int[][] energyWh) {
        int restWh = fromLayerWh;
        // latest departure first, so that those who leave early have their energy early
        for (int n = demand.count - 1; n >= first; n--) {
            int maxWhPerStep = demand.maxWhPerStep[n];
            int overWh = leftWh[n] - layer * maxWhPerStep;
            if (overWh > 0) {
                int sureWh = Math.clamp(overWh - maxWhPerStep, 0, maxWhPerStep);
                int moreWh = Math.min(restWh, Math.min(overWh, maxWhPerStep) - sureWh);
                restWh -= moreWh;
                leftWh[n] -= sureWh + moreWh;
                energyWh[n][t] = sureWh + moreWh;
            }
        }
    }
}
