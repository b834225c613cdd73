package org.chargeproof.planner;

import java.util.Arrays;

/**
 * The certificate: the least prices, none negative, that prove a plan optimal. The price of a step is the highest key in
 * use among the steps from which energy can be moved to it, directly or over other steps, by changing who charges when.
 * The same for every split of the aggregate; see "Certificate" in {@code docs/concepts/planner.md}. Reusable workspace,
 * for one thread; allocates nothing.
 */
final class Prices {
    /** Sets of steps, 64 to a word. */
    private static final int WORDS = (Limits.STEPS + Long.SIZE - 1) / Long.SIZE;

    /** The highest key in use of each step with energy that has no price yet, otherwise 0. */
    private final long[] openKey = new long[Limits.STEPS];

    /** Sessions that use no step with a price yet. */
    private final int[] waiting = new int[Limits.SESSIONS];

    private int waitingCount;

    /** By session, the steps in which it takes energy, and those in which it could take more. */
    private final long[] used = new long[Limits.SESSIONS * WORDS];

    private final long[] free = new long[Limits.SESSIONS * WORDS];

    /** The steps without a price, and those that the price at hand has reached. */
    private final long[] unpriced = new long[WORDS];

    private final long[] reached = new long[WORDS];

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
        Arrays.fill(unpriced, 0);
        for (int t = 0; t < steps; t++) {
            price[t] = 0;
            openKey[t] = aggregateWh[t] > 0 ? order.key(t, baseWh[t] + aggregateWh[t]) : 0;
            unpriced[t / Long.SIZE] |= 1L << t;
        }
        for (int n = 0; n < demand.count; n++) {
            noteSteps(n, energyWh[n], demand);
        }
        waitingCount = demand.count;
        // from the highest key down, so that the first price to reach a step is its price
        for (long dearest = dearest(steps); dearest > 0; dearest = dearest(steps)) {
            spread(PolicyOrder.step(dearest));
            assign(dearest, price);
        }
    }

    private long dearest(int steps) {
        long dearest = 0;
        for (int t = 0; t < steps; t++) {
            dearest = Math.max(dearest, openKey[t]);
        }
        return dearest;
    }

    private void noteSteps(int n, int[] row, Demand demand) {
        int maxWhPerStep = demand.maxWhPerStep[n];
        int arrival = demand.arrivalStep[n];
        int departure = demand.departureStep[n];
        waiting[n] = n;
        for (int w = 0; w < WORDS; w++) {
            long usedHere = 0;
            long freeHere = 0;
            int end = Math.min(departure, (w + 1) * Long.SIZE);
            for (int t = Math.max(arrival, w * Long.SIZE); t < end; t++) {
                // the sign of a difference instead of a branch
                usedHere |= ((long) -row[t] >>> 63) << t;
                freeHere |= ((long) (row[t] - maxWhPerStep) >>> 63) << t;
            }
            used[n * WORDS + w] = usedHere;
            free[n * WORDS + w] = freeHere;
        }
    }

    /** Marks what can be reached from a step; whoever charges in a step that is reached can charge where it is free. */
    private void spread(int start) {
        Arrays.fill(reached, 0);
        reached[start / Long.SIZE] = 1L << start;
        boolean more = true;
        while (more) {
            int kept = 0;
            for (int i = 0; i < waitingCount; i++) {
                int n = waiting[i];
                int words = n * WORDS;
                if (((used[words] & reached[0]) | (used[words + 1] & reached[1])) != 0) {
                    reached[0] |= free[words] & unpriced[0];
                    reached[1] |= free[words + 1] & unpriced[1];
                } else {
                    waiting[kept++] = n;
                }
            }
            more = kept < waitingCount;
            waitingCount = kept;
        }
    }

    private void assign(long key, long[] price) {
        for (int w = 0; w < WORDS; w++) {
            for (long left = reached[w]; left != 0; left &= left - 1) {
                int t = w * Long.SIZE + Long.numberOfTrailingZeros(left);
                price[t] = key;
                openKey[t] = 0;
            }
            unpriced[w] &= ~reached[w];
        }
    }
}
