package org.chargeproof.planner;

/**
 * Fills steps with energy in the policy's order, as if a single session without a limit took it: the relaxation in each
 * node of {@link ExactCore}. Reusable workspace, for one thread.
 */
final class WaterFill {
    /** Levels between which units of the band at hand can be taken, by position. */
    private final int[] lowWh = new int[Limits.STEPS];

    private final int[] highWh = new int[Limits.STEPS];

    /** The steps of the class at hand, with their levels side by side. */
    private final int[] member = new int[Limits.STEPS];

    private final int[] memberLowWh = new int[Limits.STEPS];
    private final int[] memberHighWh = new int[Limits.STEPS];

    /**
     * Takes the units with the lowest keys.
     *
     * @param step the steps in question, ascending, {@code count} of them from index {@code from}
     * @param levelWh by step, where filling starts; may be negative
     * @param roomWh by step, how much fits
     * @param energyWh how much to take, at most the room of all these steps
     * @param amountWh result by position, index 0 belongs to {@code step[from]}
     */
    void fill(
            PolicyOrder order,
            int[] step,
            int from,
            int count,
            int[] levelWh,
            int[] roomWh,
            long energyWh,
            int[] amountWh) {
        for (int j = 0; j < count; j++) {
            amountWh[j] = 0;
        }
        long leftWh = energyWh;
        for (int band = 0; band < order.bands() && leftWh > 0; band++) {
            for (int j = 0; j < count; j++) {
                int t = step[from + j];
                // lower bands are full now, or there would be nothing left to take
                lowWh[j] = levelWh[t] + amountWh[j];
                highWh[j] = Math.max(lowWh[j], Math.min(levelWh[t] + roomWh[t], order.ceilingWh(band, t)));
            }
            leftWh -= order.inTimeOrder(band)
                    ? fillInTimeOrder(count, leftWh, amountWh)
                    : fillByClass(order, band, step, from, count, leftWh, amountWh);
        }
        if (leftWh > 0) {
            throw new IllegalStateException(leftWh + " of " + energyWh + " Wh do not fit into " + count + " steps");
        }
    }

    /** Each step up to the ceiling before the next; returns what was taken. */
    private long fillInTimeOrder(int count, long energyWh, int[] amountWh) {
        long leftWh = energyWh;
        for (int j = 0; j < count && leftWh > 0; j++) {
            int amount = (int) Math.min(leftWh, highWh[j] - lowWh[j]);
            amountWh[j] += amount;
            leftWh -= amount;
        }
        return energyWh - leftWh;
    }

    /** Each class up to the ceiling before the next; returns what was taken. */
    private long fillByClass(
            PolicyOrder order, int band, int[] step, int from, int count, long energyWh, int[] amountWh) {
        long leftWh = energyWh;
        int stepClass = nextClass(order, band, -1, step, from, count);
        while (leftWh > 0 && stepClass >= 0) {
            int members = 0;
            for (int j = 0; j < count; j++) {
                if (order.stepClass(band, step[from + j]) == stepClass && lowWh[j] < highWh[j]) {
                    member[members] = j;
                    memberLowWh[members] = lowWh[j];
                    memberHighWh[members] = highWh[j];
                    members++;
                }
            }
            leftWh -= fillMembers(members, leftWh, amountWh);
            stepClass = nextClass(order, band, stepClass, step, from, count);
        }
        return energyWh - leftWh;
    }

    /** The lowest class above one among the steps, or -1. */
    private static int nextClass(PolicyOrder order, int band, int above, int[] step, int from, int count) {
        int next = Integer.MAX_VALUE;
        for (int j = 0; j < count; j++) {
            int stepClass = order.stepClass(band, step[from + j]);
            if (stepClass > above && stepClass < next) {
                next = stepClass;
            }
        }
        return next == Integer.MAX_VALUE ? -1 : next;
    }

    /** Lowest level first, then in the order of time; returns what was taken. */
    private long fillMembers(int members, long leftWh, int[] amountWh) {
        int lowest = Integer.MAX_VALUE;
        int highest = Integer.MIN_VALUE;
        for (int m = 0; m < members; m++) {
            lowest = Math.min(lowest, memberLowWh[m]);
            highest = Math.max(highest, memberHighWh[m]);
        }
        long allWh = belowLevel(highest, members);
        int level = allWh <= leftWh ? highest : highestAffordable(lowest, highest, members, leftWh);
        long takenWh = 0;
        for (int m = 0; m < members; m++) {
            int amount = Math.max(0, Math.min(level, memberHighWh[m]) - memberLowWh[m]);
            amountWh[member[m]] += amount;
            takenWh += amount;
        }
        for (int m = 0; m < members && takenWh < leftWh; m++) {
            if (memberLowWh[m] <= level && level < memberHighWh[m]) {
                amountWh[member[m]]++;
                takenWh++;
            }
        }
        return takenWh;
    }

    /** The highest level that can be reached everywhere; {@code tooHigh} cannot. */
    private int highestAffordable(int affordable, int tooHigh, int members, long leftWh) {
        while (tooHigh - affordable > 1) {
            int middle = affordable + (tooHigh - affordable) / 2;
            if (belowLevel(middle, members) <= leftWh) {
                affordable = middle;
            } else {
                tooHigh = middle;
            }
        }
        return affordable;
    }

    private long belowLevel(int level, int members) {
        long energyWh = 0;
        for (int m = 0; m < members; m++) {
            energyWh += Math.max(0, Math.min(level, memberHighWh[m]) - memberLowWh[m]);
        }
        return energyWh;
    }
}
