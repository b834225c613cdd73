package org.chargeproof.planner;

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
     * @param aggregateWh energy of all sessions by step
     * @param demand the sessions
     * @param cuts the same sessions
     * @param energyWh result by session in the order of {@code demand}, each as long as its departure
     */
    void split(int steps, int[] aggregateWh, Demand demand, PrefixCuts cuts, int[][] energyWh) {
        int count = demand.count;
        System.arraycopy(demand.energyWh, 0, leftWh, 0, count);
        cuts.most(aggregateWh);
        int first = count;
        for (int t = steps - 1; t >= 0; t--) {
            while (first > 0 && demand.departureStep[first - 1] > t) {
                first--;
            }
            if (aggregateWh[t] > 0) {
                take(t, aggregateWh[t], demand, first, cuts.layer(t), energyWh);
            }
        }
        for (int n = 0; n < count; n++) {
            if (leftWh[n] != 0) {
                throw new IllegalStateException(
                        leftWh[n] + " Wh of session at input index " + demand.inputIndex[n] + " are not in the plan");
            }
        }
    }

    /** What sessions can give in one step of the energy that does not fit into {@code layer} steps of full power. */
    private int inLayers(int layer, Demand demand, int first) {
        int sumWh = 0;
        for (int n = first; n < demand.count; n++) {
            sumWh += above(layer, n, demand.maxWhPerStep[n]);
        }
        return sumWh;
    }

    private int above(int layer, int n, int maxWhPerStep) {
        return Math.max(0, Math.min(leftWh[n] - layer * maxWhPerStep, maxWhPerStep));
    }

    private void take(int t, int amountWh, Demand demand, int first, int layer, int[][] energyWh) {
        int restWh = amountWh - inLayers(layer + 1, demand, first);
        // latest departure first, so that those who leave early have their energy early
        for (int n = demand.count - 1; n >= first; n--) {
            int maxWhPerStep = demand.maxWhPerStep[n];
            int sureWh = above(layer + 1, n, maxWhPerStep);
            int moreWh = Math.min(restWh, above(layer, n, maxWhPerStep) - sureWh);
            restWh -= moreWh;
            leftWh[n] -= sureWh + moreWh;
            energyWh[n][t] = sureWh + moreWh;
        }
        if (restWh > 0) {
            throw new IllegalStateException(restWh + " of " + amountWh + " Wh at step " + t + " find no session");
        }
    }
}
