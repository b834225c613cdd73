package org.chargeproof.planner;

import java.util.Arrays;

/**
 * How much energy sessions can take from the room there is, and the steps that prove why it is not more. A session wants
 * at most {@code energyWh}, at most {@code maxWhPerStep} in a step, and stands ready from step 0 to before its departure.
 *
 * <p>By max-flow min-cut, the most they can take is the least {@code demand(A) + room(not A)} over all sets A of steps,
 * with {@code demand(A) = sum of min(energyWh, maxWhPerStep * (steps of A before the departure))}. As all sessions stand
 * ready from step 0, the demand depends only on how many steps of A lie before each departure, and a table over (steps
 * seen, steps of them in A) finds the minimum: O(sessions + steps^2). See "Feasible" in {@code docs/concepts/planner.md}.
 *
 * <p>Reusable workspace, for one thread.
 */
final class PrefixCuts {
    private static final int STEPS = Limits.STEPS;

    /** Number of sessions by departure. */
    private final int[] sessions = new int[STEPS + 1];

    /** Second differences over |A| of the demand of all sessions with this departure: a session changes three values. */
    private final int[][] bend = new int[STEPS + 1][];

    /** {@code least[j][k]}: least cut of the first j steps of which k lie in A. */
    private final long[][] least = new long[STEPS + 1][];

    /** Steps before the last departure in the last call of {@link #most}. */
    private int seen;

    PrefixCuts() {
        for (int j = 0; j <= STEPS; j++) {
            bend[j] = new int[j + 2];
            least[j] = new long[j + 1];
        }
    }

    /** Forgets all sessions. */
    void clear() {
        for (int departure = 0; departure <= STEPS; departure++) {
            if (sessions[departure] > 0) {
                Arrays.fill(bend[departure], 0);
                sessions[departure] = 0;
            }
        }
    }

    /** Adds a session. */
    void add(int energyWh, int maxWhPerStep, int departureStep) {
        sessions[departureStep]++;
        bend(1, energyWh, maxWhPerStep, departureStep);
    }

    /** Removes a session that was added with the same values. */
    void remove(int energyWh, int maxWhPerStep, int departureStep) {
        bend(-1, energyWh, maxWhPerStep, departureStep);
        sessions[departureStep]--;
    }

    /**
     * Finds the least cut.
     *
     * @param roomWh room in each step, from index 0 to before the last departure at least
     * @return the most energy in Wh that all sessions together can take
     */
    long most(int[] roomWh) {
        seen = STEPS;
        while (seen > 0 && sessions[seen] == 0) {
            seen--;
        }
        least[0][0] = 0;
        for (int j = 1; j <= seen; j++) {
            long[] before = least[j - 1];
            long[] after = least[j];
            long room = roomWh[j - 1];
            after[0] = before[0] + room;
            for (int k = 1; k < j; k++) {
                after[k] = Math.min(before[k] + room, before[k - 1]);
            }
            after[j] = before[j - 1];
            if (sessions[j] > 0) {
                addDemand(bend[j], after);
            }
        }
        return least[seen][smallest()];
    }

    /**
     * Marks the A of the last call of {@link #most}, called with the same room: steps in which what sessions can take
     * binds, not the room. Steps from the last departure on belong to it if they have room.
     */
    void limiting(int[] roomWh, int steps, boolean[] inA) {
        for (int t = seen; t < steps; t++) {
            inA[t] = roomWh[t] > 0;
        }
        int k = smallest();
        for (int j = seen; j > 0; j--) {
            long[] before = least[j - 1];
            boolean chosen = k == j || (k > 0 && before[k - 1] < before[k] + roomWh[j - 1]);
            inA[j - 1] = chosen;
            k -= chosen ? 1 : 0;
        }
    }

    /** min(energy, max * k) over k rises by max, then once by the rest, then not at all. */
    private void bend(int sign, int energyWh, int maxWhPerStep, int departureStep) {
        int[] bends = bend[departureStep];
        int fullSteps = energyWh / maxWhPerStep;
        int restWh = energyWh - fullSteps * maxWhPerStep;
        bends[1] += sign * maxWhPerStep;
        if (fullSteps < departureStep) {
            bends[fullSteps + 1] -= sign * (maxWhPerStep - restWh);
            bends[fullSteps + 2] -= sign * restWh;
        }
    }

    private static void addDemand(int[] bends, long[] cut) {
        long rise = 0;
        long demand = 0;
        for (int k = 1; k < cut.length; k++) {
            rise += bends[k];
            demand += rise;
            cut[k] += demand;
        }
    }

    private int smallest() {
        long[] cuts = least[seen];
        int smallest = 0;
        for (int k = 1; k <= seen; k++) {
            smallest = cuts[k] < cuts[smallest] ? k : smallest;
        }
        return smallest;
    }
}
