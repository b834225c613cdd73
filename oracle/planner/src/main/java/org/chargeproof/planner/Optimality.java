package org.chargeproof.planner;

import java.util.Arrays;

/**
 * Checks that an aggregate is optimal in a policy's order by its certificate, without solving anything. See "Certificate" in
 * {@code docs/concepts/planner.md}. Reusable workspace, for one thread; allocates nothing.
 */
final class Optimality {
    private final Prices prices = new Prices();
    private final int[] roomWh = new int[Limits.STEPS];
    private final long[] leastPrice = new long[Limits.STEPS];

    /**
     * All energy fits below the least peak, but not below one less.
     *
     * @param cuts the sessions
     * @throws CertificateException if it is another level
     */
    void checkLeastPeak(int steps, int[] baseWh, int[] capWh, Demand demand, Cuts cuts, int leastPeakWh) {
        int totalWh = demand.totalWh();
        int belowWh = mostBelow(leastPeakWh, steps, baseWh, capWh, cuts);
        if (belowWh < totalWh) {
            throw new CertificateException(
                    "leastPeakWh is " + leastPeakWh + ", but only " + belowWh + " of " + totalWh + " Wh fit below it");
        }
        if (mostBelow(leastPeakWh - 1L, steps, baseWh, capWh, cuts) == totalWh) {
            throw new CertificateException("leastPeakWh is " + leastPeakWh + ", but a lower peak is possible");
        }
    }

    private int mostBelow(long levelWh, int steps, int[] baseWh, int[] capWh, Cuts cuts) {
        for (int t = 0; t < steps; t++) {
            roomWh[t] = LeastPeak.roomBelow(levelWh, baseWh[t], capWh[t]);
        }
        return cuts.most(roomWh);
    }

    /**
     * The prices prove the aggregate optimal, and are the least that do.
     *
     * @param energyWh energy by session in the order of {@code demand}, and step; in its window, within its power, adding up
     *     to the aggregate
     * @throws CertificateException if they do not, or are not
     */
    void checkPrices(
            PolicyOrder order,
            int steps,
            int[] baseWh,
            int[] capWh,
            Demand demand,
            int[][] energyWh,
            int[] aggregateWh,
            long[] price) {
        prices.compute(order, steps, baseWh, aggregateWh, demand, energyWh, leastPrice);
        for (int t = 0; t < steps; t++) {
            checkFreeUnit(order, t, baseWh[t] + aggregateWh[t], aggregateWh[t] < capWh[t], price[t]);
        }
        if (Arrays.equals(leastPrice, 0, steps, price, 0, steps)) {
            // such prices are no lower than the units in use, and no row pays too much: see how they are made
            return;
        }
        for (int t = 0; t < steps; t++) {
            checkUnitInUse(order, t, baseWh[t] + aggregateWh[t], aggregateWh[t] > 0, price[t]);
        }
        for (int n = 0; n < demand.count; n++) {
            checkRowPrices(n, demand, energyWh[n], price);
        }
        for (int t = 0; t < steps; t++) {
            if (leastPrice[t] != price[t]) {
                throw new CertificateException(
                        "price at step " + t + " is " + price[t] + ", should be " + leastPrice[t]);
            }
        }
    }

    /** A step's price lies before its next unit. */
    private static void checkFreeUnit(PolicyOrder order, int t, int levelWh, boolean isFree, long price) {
        if (isFree && order.key(t, levelWh + 1) <= price) {
            throw new CertificateException("price at step " + t + " is " + price + ", not less than the key "
                    + order.key(t, levelWh + 1) + " of level " + (levelWh + 1) + ", which is free");
        }
    }

    /** A step's price is no less than its last unit in use. */
    private static void checkUnitInUse(PolicyOrder order, int t, int levelWh, boolean isInUse, long price) {
        if (isInUse && order.key(t, levelWh) > price) {
            throw new CertificateException("price at step " + t + " is " + price + ", less than the key "
                    + order.key(t, levelWh) + " of level " + levelWh + ", which is in use");
        }
    }

    /** No session pays more in a step that it uses than in one that it could use more. */
    private static void checkRowPrices(int n, Demand demand, int[] row, long[] price) {
        int dearest = -1;
        int cheapest = -1;
        for (int t = demand.arrivalStep[n]; t < demand.departureStep[n]; t++) {
            if (row[t] > 0 && (dearest < 0 || price[t] > price[dearest])) {
                dearest = t;
            }
            if (row[t] < demand.maxWhPerStep[n] && (cheapest < 0 || price[t] < price[cheapest])) {
                cheapest = t;
            }
        }
        if (dearest >= 0 && cheapest >= 0 && price[dearest] > price[cheapest]) {
            throw new CertificateException("the session at input index " + demand.inputIndex[n]
                    + " takes energy at step " + dearest + " at price " + price[dearest]
                    + " and could take more at step " + cheapest + " at price " + price[cheapest]);
        }
    }
}
