package org.chargeproof.planner;

/**
 * Steps that are filled like a vessel with an uneven floor and an uneven lid: each takes energy from its low to its high
 * level. Finds the level that an energy reaches. Reusable workspace, for one thread.
 */
final class LevelSearch {
    private final int[] lowWh = new int[Limits.STEPS];
    private final int[] highWh = new int[Limits.STEPS];
    private int count;
    private int lowest;
    private int highest;
    private long roomWh;
    private long sumOfLowsWh;
    private long belowWh;
    private int rising;

    /** Forgets all steps. */
    void clear() {
        count = 0;
        roomWh = 0;
        sumOfLowsWh = 0;
        lowest = Integer.MAX_VALUE;
        highest = Integer.MIN_VALUE;
    }

    /** Adds a step; one without room changes nothing. */
    void add(int lowWh, int highWh) {
        if (lowWh < highWh) {
            this.lowWh[count] = lowWh;
            this.highWh[count] = highWh;
            count++;
            roomWh += highWh - lowWh;
            sumOfLowsWh += lowWh;
            lowest = Math.min(lowest, lowWh);
            highest = Math.max(highest, highWh);
        }
    }

    /** Returns the highest level of any step. */
    int highest() {
        return highest;
    }

    /** Returns the room in Wh of all steps. */
    long room() {
        return roomWh;
    }

    /**
     * Finds the highest level that an energy fills everywhere: Newton's method within bounds that are known to hold.
     *
     * @param energyWh at least 0, less than the room of all steps, of which there is one at least
     * @return the highest level below which there is room for no more than that
     */
    int filledBy(long energyWh) {
        int filled = lowest;
        int tooHigh = highest;
        // right if all steps take part
        long guess = (energyWh + sumOfLowsWh) / count;
        int level = (int) Math.clamp(guess, filled, tooHigh - 1L);
        for (int round = 1; true; round++) {
            measure(level);
            long missingWh = energyWh - belowWh;
            if (missingWh >= 0) {
                filled = level;
            } else {
                tooHigh = level;
            }
            if ((missingWh >= 0 && missingWh < rising) || tooHigh - filled == 1) {
                return filled;
            }
            guess = level + Math.floorDiv(missingWh, Math.max(1, rising));
            // the middle now and then, so that it ends soon in any case
            boolean usable = filled < guess && guess < tooHigh && round % 4 != 0;
            level = usable ? (int) guess : filled + (tooHigh - filled) / 2;
        }
    }

    /** How much room there is below a level, and in how many steps the next unit lies. */
    private void measure(int level) {
        long below = 0;
        int rises = 0;
        for (int m = 0; m < count; m++) {
            below += Math.max(0, Math.min(level, highWh[m]) - lowWh[m]);
            // low <= level < high, by the signs of two differences
            rises += ((lowWh[m] - level - 1) & (level - highWh[m])) >>> 31;
        }
        belowWh = below;
        rising = rises;
    }
}
