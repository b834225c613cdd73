package org.chargeproof.planner;

import java.util.Arrays;

/**
 * The order in which a plan takes units of energy: by band, class, level, step, see "The policy's order" in {@code
 * docs/reference/planner-encoding.md}. A level is the net load in Wh of a step, with the unit in question. Bands lie on
 * top of each other; each level of a step belongs to the first whose ceiling it does not exceed. Reusable workspace, for
 * one thread.
 */
final class PolicyOrder {
    /** Classes are bytes. */
    static final int HIGHEST_CLASS = 255;

    private static final int MOST_BANDS = 3;

    private int steps;
    private int bands;
    private final int[][] ceilingWh = new int[MOST_BANDS][Limits.STEPS];
    private final boolean[] inTimeOrder = new boolean[MOST_BANDS];
    private final int[][] stepClass = new int[MOST_BANDS][Limits.STEPS];
    private final int[] lowestClass = new int[MOST_BANDS];

    /**
     * Takes over the order of an input's policy.
     *
     * @param leastPeakWh the least possible peak, only for {@link Policy.Kind#EARLIEST_TO_PEAK}
     */
    void set(GroupInput input, int leastPeakWh) {
        steps = input.stepCount();
        bands = 0;
        int percent = input.policy().percent();
        switch (input.policy().kind()) {
            case FLAT -> {}
            case EARLIEST_TO_PEAK -> {
                // at most 2^28 * 10: an int would overflow
                long softWh = Math.max(0, (long) leastPeakWh * percent / 100);
                inTimeOrderUpTo((int) Math.min(softWh, Integer.MAX_VALUE));
            }
            case GREEN_BANDS -> {
                inTimeOrderUpTo(0);
                for (int t = 0; t < steps; t++) {
                    ceilingWh[bands][t] = (int) ((long) input.limitWh()[t] * percent / 100);
                    stepClass[bands][t] = input.policy().stepClass()[t] & 0xff;
                    lowestClass[bands] = Math.min(t == 0 ? HIGHEST_CLASS : lowestClass[bands], stepClass[bands][t]);
                }
                inTimeOrder[bands] = false;
                bands++;
            }
            case EARLIEST -> {
                inTimeOrderUpTo(Integer.MAX_VALUE);
                return;
            }
        }
        flatAbove();
    }

    /** Takes over the order of {@link Policy.Kind#FLAT}. */
    void setFlat(int stepCount) {
        steps = stepCount;
        bands = 0;
        flatAbove();
    }

    private void flatAbove() {
        Arrays.fill(ceilingWh[bands], 0, steps, Integer.MAX_VALUE);
        Arrays.fill(stepClass[bands], 0, steps, 0);
        lowestClass[bands] = 0;
        inTimeOrder[bands] = false;
        bands++;
    }

    private void inTimeOrderUpTo(int levelWh) {
        Arrays.fill(ceilingWh[bands], 0, steps, levelWh);
        for (int t = 0; t < steps; t++) {
            stepClass[bands][t] = t;
        }
        inTimeOrder[bands] = true;
        bands++;
    }

    /** Returns how many bands there are, at least 1. */
    int bands() {
        return bands;
    }

    /** Returns the highest level of a band at a step. */
    int ceilingWh(int band, int step) {
        return ceilingWh[band][step];
    }

    /** Returns whether each step is a class of its own, in the order of time. */
    boolean inTimeOrder(int band) {
        return inTimeOrder[band];
    }

    /** Returns the lowest class of any step's levels in a band. */
    int lowestClass(int band) {
        return lowestClass[band];
    }

    /** Returns the class of a step's levels in a band, 0 to 255. */
    int stepClass(int band, int step) {
        return stepClass[band][step];
    }

    /** Returns the place in the order of the unit that lifts a step to a level, never negative. */
    long key(int step, int levelWh) {
        int band = 0;
        while (levelWh > ceilingWh[band][step]) {
            band++;
        }
        long level = levelWh + (1L << 31);
        return (long) band << 56 | (long) stepClass[band][step] << 48 | level << 8 | step;
    }

    /** Returns the step of a unit with a key. */
    static int step(long key) {
        return (int) (key & 0xff);
    }
}
