package org.chargeproof.planner;

import java.util.Arrays;

/**
 * The certificate: the least prices, none negative, that prove a plan optimal. The price of a step is the highest key in
 * use among the steps from which energy can be moved to it, directly or over other steps, by changing who charges when.
 * The same for every split of the aggregate; see "Certificate" in {@code docs/concepts/planner.md}. Reusable workspace,
 * for one thread; allocates nothing.
 */
final class Prices {
    private final long[] highestKey = new long[Limits.STEPS];
    private final boolean[] priced = new boolean[Limits.STEPS];
    private final boolean[] spread = new boolean[Limits.SESSIONS];
    private final int[] queue = new int[Limits.STEPS];

    /**
     * Computes the prices.
     *
     * @param order the policy's order
     * @param steps T
     * @param baseWh net load without the sessions
     * @param aggregateWh energy of the sessions
     * @param demand the sessions
     * @param energyWh energy by session in the order of {@code demand}, and step
     * @param price result, T values
     */
    void compute(
            PolicyOrder order,
            int steps,
            int[] baseWh,
            int[] aggregateWh,
            Demand demand,
            int[][] energyWh,
            long[] price) {
        for (int t = 0; t < steps; t++) {
            highestKey[t] = aggregateWh[t] > 0 ? order.key(t, baseWh[t] + aggregateWh[t]) : 0;
        }
        Arrays.fill(priced, 0, steps, false);
        Arrays.fill(spread, 0, demand.count, false);
        // from the highest key down, so that the first price to reach a step is its price
        for (int start = dearestUnpriced(steps); start >= 0; start = dearestUnpriced(steps)) {
            spread(start, highestKey[start], demand, energyWh, price);
        }
    }

    private int dearestUnpriced(int steps) {
        int dearest = -1;
        for (int t = 0; t < steps; t++) {
            if (!priced[t] && (dearest < 0 || highestKey[t] > highestKey[dearest])) {
                dearest = t;
            }
        }
        return dearest;
    }

    private void spread(int start, long key, Demand demand, int[][] energyWh, long[] price) {
        int head = 0;
        int tail = 0;
        queue[tail++] = start;
        priced[start] = true;
        while (head < tail) {
            int from = queue[head++];
            price[from] = key;
            for (int n = demand.count - 1; n >= 0 && demand.departureStep[n] > from; n--) {
                if (spread[n] || energyWh[n][from] == 0) {
                    continue;
                }
                spread[n] = true;
                int[] row = energyWh[n];
                for (int t = 0; t < row.length; t++) {
                    if (!priced[t] && row[t] < demand.maxWhPerStep[n]) {
                        priced[t] = true;
                        queue[tail++] = t;
                    }
                }
            }
        }
    }
}
