package org.chargeproof.planner;

/**
 * Fills steps with energy in the policy's order, as if a single session without a limit took it: the relaxation in each
 * node of {@link ExactCore}. Reusable workspace, for one thread.
 */
final class WaterFill {
    /** Levels between which units of the band at hand can be taken, by position. */
    private final int[] lowWh = new int[Limits.STEPS];

    private final int[] highWh = new int[Limits.STEPS];

    /** The steps of the class at hand. */
    private final int[] member = new int[Limits.STEPS];

    private int members;
    private final LevelSearch levels = new LevelSearch();

    /**
     * Takes the units with the lowest keys.
     *
     * @param step the steps in question, ascending, {@code count} of them from index {@code from}
     * @param levelWh by step, where filling starts; may be negative
     * @param roomWh how much fits, by position, index 0 belongs to {@code step[from]}
     * @param energyWh how much to take, at most the room of all these steps
     * @param amountWh result by position
     */
    void fill(
            PolicyOrder order,
            int[] step,
            int from,
            int count,
            int[] levelWh,
            int[] roomWh,
            int energyWh,
            int[] amountWh) {
        for (int j = 0; j < count; j++) {
            amountWh[j] = 0;
        }
        int leftWh = energyWh;
        for (int band = 0; band < order.bands() && leftWh > 0; band++) {
            for (int j = 0; j < count; j++) {
                int t = step[from + j];
                // lower bands are full now, or there would be nothing left to take
                lowWh[j] = levelWh[t] + amountWh[j];
                highWh[j] = Math.max(lowWh[j], Math.min(levelWh[t] + roomWh[j], order.ceilingWh(band, t)));
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
    private int fillInTimeOrder(int count, int energyWh, int[] amountWh) {
        int leftWh = energyWh;
        for (int j = 0; j < count && leftWh > 0; j++) {
            int amount = Math.min(leftWh, highWh[j] - lowWh[j]);
            amountWh[j] += amount;
            leftWh -= amount;
        }
        return energyWh - leftWh;
    }

    /** Each class up to the ceiling before the next; returns what was taken. */
    private int fillByClass(
            PolicyOrder order, int band, int[] step, int from, int count, int energyWh, int[] amountWh) {
        int leftWh = energyWh;
        int stepClass = order.lowestClass(band);
        while (leftWh > 0 && stepClass <= PolicyOrder.HIGHEST_CLASS) {
            int nextClass = Integer.MAX_VALUE;
            members = 0;
            levels.clear();
            for (int j = 0; j < count; j++) {
                int classHere = order.stepClass(band, step[from + j]);
                if (classHere == stepClass && lowWh[j] < highWh[j]) {
                    member[members++] = j;
                    levels.add(lowWh[j], highWh[j]);
                } else if (classHere > stepClass) {
                    nextClass = Math.min(nextClass, classHere);
                }
            }
            leftWh -= members > 0 ? fillMembers(leftWh, amountWh) : 0;
            stepClass = nextClass;
        }
        return energyWh - leftWh;
    }

    /** Lowest level first, then in the order of time; returns what was taken. */
    private int fillMembers(int leftWh, int[] amountWh) {
        int level = levels.room() <= leftWh ? levels.highest() : levels.filledBy(leftWh);
        int takenWh = 0;
        for (int m = 0; m < members; m++) {
            int j = member[m];
            int amount = Math.max(0, Math.min(level, highWh[j]) - lowWh[j]);
            amountWh[j] += amount;
            takenWh += amount;
        }
        for (int m = 0; m < members && takenWh < leftWh; m++) {
            int j = member[m];
            if (lowWh[j] <= level && level < highWh[j]) {
                amountWh[j]++;
                takenWh++;
            }
        }
        return takenWh;
    }
}
