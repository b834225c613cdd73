package org.chargeproof.planner;

import java.util.Arrays;

/**
 * What a group keeps free so that sessions with a least power can be run at it for part of a step: by step, for each
 * distinct least energy among the sessions present, see "Minimum current" in {@code docs/concepts/planner.md}. Reusable
 * workspace, for one thread.
 */
final class Reserve {
    private int secondsPerStep = 1;
    private int classes;
    private final int[] leastWh = new int[Limits.SESSIONS];

    /** Sessions present by class and step; a class gets its row when it is first used. */
    private final int[][] present = new int[Limits.SESSIONS][];

    private final int[] reserveWh = new int[Limits.STEPS];

    /** Forgets all sessions. */
    void clear(int stepsPerHour) {
        secondsPerStep = Limits.SECONDS_PER_HOUR / stepsPerHour;
        for (int c = 0; c < classes; c++) {
            Arrays.fill(present[c], 0);
        }
        classes = 0;
        Arrays.fill(reserveWh, 0);
    }

    /**
     * Adds a session.
     *
     * @param minWhPerStep its least energy in a whole step, 0 if it has none
     * @param fromStep the first step in which it may charge
     * @param toStep the step after the last
     */
    void add(int minWhPerStep, int fromStep, int toStep) {
        change(1, minWhPerStep, fromStep, toStep);
    }

    /** Removes a session that was added with the same values. */
    void remove(int minWhPerStep, int fromStep, int toStep) {
        change(-1, minWhPerStep, fromStep, toStep);
    }

    /** Whether nothing is kept free in any step. */
    boolean isEmpty() {
        return classes == 0;
    }

    /** What is left of the room of a step in Wh, 0 or more. */
    int roomWh(int step, int capWh) {
        return Math.max(0, capWh - reserveWh[step]);
    }

    /**
     * What the sessions of one class need. One least energy, as the last of those that run side by side need not be
     * needed for the whole step; and one second of each session, as each is run for whole seconds.
     *
     * @param minWhPerStep their least energy in a whole step
     * @param sessions how many there are
     * @param secondsPerStep the length of a step
     */
    static int ofClass(int minWhPerStep, int sessions, int secondsPerStep) {
        return sessions == 0 ? 0 : minWhPerStep + minWhPerStep * sessions / secondsPerStep;
    }

    private void change(int sessions, int minWhPerStep, int fromStep, int toStep) {
        if (minWhPerStep == 0) {
            return;
        }
        int[] count = present[classOf(minWhPerStep)];
        for (int t = fromStep; t < toStep; t++) {
            reserveWh[t] -= ofClass(minWhPerStep, count[t], secondsPerStep);
            count[t] += sessions;
            reserveWh[t] += ofClass(minWhPerStep, count[t], secondsPerStep);
        }
    }

    private int classOf(int minWhPerStep) {
        for (int c = 0; c < classes; c++) {
            if (leastWh[c] == minWhPerStep) {
                return c;
            }
        }
        leastWh[classes] = minWhPerStep;
        if (present[classes] == null) {
            present[classes] = new int[Limits.STEPS];
        }
        return classes++;
    }
}
