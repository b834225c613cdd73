package org.chargeproof.planner;

import java.util.Arrays;

/**
 * Splits an aggregate among sessions. If all stand ready from step 0, from the last step to the first: in each, those take part
 * whose energy fits least into the steps before; never fails for an aggregate that is feasible (Gale and Ryser). Otherwise as
 * {@link ChainSplit} places them. See "Who gets what" in {@code docs/concepts/planner.md}. Reusable workspace, for one thread;
 * allocates only to grow.
 */
final class Split {
    private final PrefixCuts layers = new PrefixCuts();
    private final ChainSplit chains = new ChainSplit();
    private final int[] leftWh = new int[Limits.SESSIONS];

    /**
     * Splits an aggregate.
     *
     * @param steps T
     * @param aggregateWh energy of all sessions by step, feasible
     * @param demand the sessions
     * @param energyWh result by session in the order of {@code demand}, up to its departure
     */
    void split(int steps, int[] aggregateWh, Demand demand, int[][] energyWh) {
        boolean allReady = true;
        for (int n = 0; n < demand.count; n++) {
            leftWh[n] = demand.energyWh[n];
            Arrays.fill(energyWh[n], 0, demand.departureStep[n], 0);
            allReady &= demand.arrivalStep[n] == 0;
        }
        if (allReady) {
            splitByLayers(steps, aggregateWh, demand, energyWh);
        } else {
            splitByChains(steps, aggregateWh, demand, energyWh);
        }
        for (int n = 0; n < demand.count; n++) {
            if (leftWh[n] != 0) {
                throw new IllegalStateException(
                        leftWh[n] + " Wh of session at input index " + demand.inputIndex[n] + " are not in the plan");
            }
        }
    }

    private void splitByLayers(int steps, int[] aggregateWh, Demand demand, int[][] energyWh) {
        int count = demand.count;
        layers.clear();
        for (int n = 0; n < count; n++) {
            if (demand.energyWh[n] > 0) {
                layers.add(demand.energyWh[n], demand.maxWhPerStep[n], demand.departureStep[n]);
            }
        }
        layers.most(aggregateWh);
        int first = count;
        for (int t = steps - 1; t >= 0; t--) {
            while (first > 0 && demand.departureStep[first - 1] > t) {
                first--;
            }
            if (aggregateWh[t] > 0) {
                take(t, demand, first, layers.layer(t), layers.fromLayerWh(t), energyWh);
            }
        }
    }

    private void splitByChains(int steps, int[] aggregateWh, Demand demand, int[][] energyWh) {
        chains.clear(aggregateWh, steps);
        for (int n = 0; n < demand.count; n++) {
            leftWh[n] = chains.add(
                    demand.energyWh[n], demand.maxWhPerStep[n], demand.arrivalStep[n], demand.departureStep[n]);
        }
        for (int n = 0; n < demand.count; n++) {
            for (int t = demand.arrivalStep[n]; t < demand.departureStep[n]; t++) {
                energyWh[n][t] = chains.energyWh(n, t);
            }
        }
    }

    /** Sets and layers looked at since this was made. */
    long work() {
        return layers.work() + chains.work();
    }

    /** Takes what lies above the layer, and some of the layer itself. */
    private void take(int t, Demand demand, int first, int layer, int fromLayerWh, int[][] energyWh) {
        int restWh = fromLayerWh;
        // latest departure first, so that those who leave early have their energy early
        for (int n = demand.count - 1; n >= first; n--) {
            int maxWhPerStep = demand.maxWhPerStep[n];
            int overWh = leftWh[n] - layer * maxWhPerStep;
            int mostWh = Math.max(0, Math.min(overWh, maxWhPerStep));
            int sureWh = Math.max(0, Math.min(overWh - maxWhPerStep, maxWhPerStep));
            int takenWh = Math.min(mostWh, sureWh + restWh);
            restWh -= takenWh - sureWh;
            leftWh[n] -= takenWh;
            energyWh[n][t] = takenWh;
        }
    }
}
