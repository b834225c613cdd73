package org.chargeproof.planner;

import java.util.Arrays;

/**
 * How much energy sessions can take from the room there is, how they take it, and the steps that prove why it is not more,
 * for sessions with windows of their own: reservations. The role of {@link PrefixCuts}, by a maximum flow in integers from
 * sessions (energy) over steps of their windows (maximum per step) to the room.
 *
 * <p>Sessions are placed one by one in the order in which they were added. A session takes energy along the shortest chain
 * that there is: in a step of its own with room left, or in a full one from which another session moves to a step of its
 * window, from which a third one moves, until there is room. The earliest step and the session added first come first, so
 * there is one result only; see "Who gets what" in {@code docs/concepts/planner.md}.
 *
 * <p>Reusable workspace, for one thread; allocates only to grow.
 */
final class WindowCuts {
    private static final int STEPS = Limits.STEPS;

    /** Sets of steps are two words. */
    private static final int WORDS = 2;

    private static final int NOBODY = -1;

    // sessions; one more than an input may have: the request that is tried
    private final int[] energyWh = new int[Limits.SESSIONS + 1];
    private final int[] maxWhPerStep = new int[Limits.SESSIONS + 1];
    private final int[] arrivalStep = new int[Limits.SESSIONS + 1];
    private final int[] departureStep = new int[Limits.SESSIONS + 1];
    private int count;

    // the flow: sessions that have been placed, what each takes by step, what it is missing
    private int placed;
    private int[] takenWh = new int[0];
    private final int[] missingWh = new int[Limits.SESSIONS + 1];
    private int allTakenWh;
    private int allMissingWh;

    /** The room for which sessions have been placed, and what is left of it. */
    private final int[] roomWh = new int[STEPS];

    private final int[] leftWh = new int[STEPS];

    /** Steps that the room was given for. */
    private int end;

    /** Sets of steps: by session, where it takes energy, and where it could take more; those with room left. */
    private final long[] used = new long[WORDS * (Limits.SESSIONS + 1)];

    private final long[] free = new long[WORDS * (Limits.SESSIONS + 1)];
    private final long[] open = new long[WORDS];

    // the search for a chain: who reached a step, and from which step a session was reached
    private final long[] reached = new long[WORDS];
    private final long[] frontier = new long[WORDS];
    private final long[] next = new long[WORDS];
    private final int[] reachedBy = new int[STEPS];
    private final int[] from = new int[Limits.SESSIONS + 1];

    /** Forgets all sessions. */
    void clear() {
        count = 0;
        restart();
    }

    private void restart() {
        placed = 0;
        end = 0;
        allTakenWh = 0;
        allMissingWh = 0;
    }

    int count() {
        return count;
    }

    /** Adds a session. */
    void add(int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {
        this.energyWh[count] = energyWh;
        this.maxWhPerStep[count] = maxWhPerStep;
        this.arrivalStep[count] = arrivalStep;
        this.departureStep[count] = departureStep;
        count++;
    }

    /** Removes the session that was added last. */
    void removeLast() {
        count--;
        if (placed <= count) {
            return;
        }
        allMissingWh -= missingWh[count];
        if (allMissingWh > 0) {
            // somebody else may want what becomes free
            restart();
            return;
        }
        for (int t = arrivalStep[count]; t < departureStep[count]; t++) {
            move(count, t, -takenWh[count * STEPS + t]);
        }
        allTakenWh -= energyWh[count] - missingWh[count];
        placed = count;
    }

    /**
     * Places the sessions that are not placed yet; all, if the room is another one than in the last call.
     *
     * @param room room in each step, from index 0 to before the last departure at least
     * @return the most energy in Wh that all sessions together can take
     */
    int most(int[] room) {
        int last = 0;
        for (int n = 0; n < count; n++) {
            last = Math.max(last, departureStep[n]);
        }
        if (placed == 0 || last > end || !Arrays.equals(room, 0, end, roomWh, 0, end)) {
            restart();
            end = last;
            Arrays.fill(open, 0);
            for (int t = 0; t < end; t++) {
                roomWh[t] = room[t];
                leftWh[t] = room[t];
                mark(open, 0, t, room[t] > 0);
            }
        }
        if (takenWh.length < count * STEPS) {
            takenWh = Arrays.copyOf(takenWh, count * STEPS);
        }
        while (placed < count) {
            place(placed++);
        }
        return allTakenWh;
    }

    /** Energy in Wh that a session takes in a step, in the last call of {@link #most}; sessions in the order of adding. */
    int energyWh(int n, int t) {
        return takenWh[n * STEPS + t];
    }

    /**
     * Marks the A of the last call of {@link #most}: all steps but those in which a session that is missing energy could
     * take some if it were not for the room, directly or if others moved.
     *
     * @param steps how many steps to mark
     */
    void limiting(int steps, boolean[] inA) {
        startSearch();
        for (int n = 0; n < count; n++) {
            if (missingWh[n] > 0) {
                from[n] = n;
                reach(n, frontier);
            }
        }
        while ((frontier[0] | frontier[1]) != 0) {
            spread(count);
        }
        for (int t = 0; t < steps; t++) {
            inA[t] = !contains(reached, 0, t);
        }
    }

    private void place(int n) {
        Arrays.fill(takenWh, n * STEPS, (n + 1) * STEPS, 0);
        for (int w = 0; w < WORDS; w++) {
            used[n * WORDS + w] = 0;
            free[n * WORDS + w] = 0;
        }
        for (int t = arrivalStep[n]; t < departureStep[n]; t++) {
            mark(free, n, t, true);
        }
        missingWh[n] = energyWh[n];
        takeOwn(n);
        while (missingWh[n] > 0) {
            int target = search(n);
            if (target < 0) {
                break;
            }
            take(n, target);
        }
        allTakenWh += energyWh[n] - missingWh[n];
        allMissingWh += missingWh[n];
    }

    /** The chains of one step: where there is room, the earliest first. */
    private void takeOwn(int n) {
        for (int w = 0; w < WORDS; w++) {
            for (long own = free[n * WORDS + w] & open[w]; own != 0 && missingWh[n] > 0; own &= own - 1) {
                int t = w * Long.SIZE + Long.numberOfTrailingZeros(own);
                int amountWh = Math.min(Math.min(missingWh[n], leftWh[t]), maxWhPerStep[n]);
                move(n, t, amountWh);
                missingWh[n] -= amountWh;
            }
        }
    }

    /** Finds the end of the shortest chain from a session to a step with room, or -1. */
    private int search(int n) {
        startSearch();
        from[n] = n;
        reach(n, frontier);
        while ((frontier[0] | frontier[1]) != 0) {
            for (int w = 0; w < WORDS; w++) {
                long ends = frontier[w] & open[w];
                if (ends != 0) {
                    return w * Long.SIZE + Long.numberOfTrailingZeros(ends);
                }
            }
            spread(n);
        }
        return -1;
    }

    private void startSearch() {
        Arrays.fill(from, 0, count, NOBODY);
        Arrays.fill(reached, 0);
        Arrays.fill(frontier, 0);
    }

    /** From the steps of the frontier, over the first sessions that take energy there, to the next ones. */
    private void spread(int sessions) {
        Arrays.fill(next, 0);
        for (int n = 0; n < sessions; n++) {
            long here = used[n * WORDS] & frontier[0];
            long later = used[n * WORDS + 1] & frontier[1];
            if ((here | later) != 0 && from[n] == NOBODY) {
                from[n] = here != 0 ? Long.numberOfTrailingZeros(here) : Long.SIZE + Long.numberOfTrailingZeros(later);
                reach(n, next);
            }
        }
        System.arraycopy(next, 0, frontier, 0, WORDS);
    }

    /** Adds the steps in which a session could take more, and that nobody has reached before. */
    private void reach(int n, long[] steps) {
        for (int w = 0; w < WORDS; w++) {
            long fresh = free[n * WORDS + w] & ~reached[w];
            reached[w] |= fresh;
            steps[w] |= fresh;
            for (long left = fresh; left != 0; left &= left - 1) {
                reachedBy[w * Long.SIZE + Long.numberOfTrailingZeros(left)] = n;
            }
        }
    }

    /** Takes as much as the chain bears. */
    private void take(int n, int target) {
        int amountWh = Math.min(missingWh[n], leftWh[target]);
        int t = target;
        int mover = reachedBy[t];
        while (mover != n) {
            amountWh = Math.min(amountWh, maxWhPerStep[mover] - takenWh[mover * STEPS + t]);
            t = from[mover];
            amountWh = Math.min(amountWh, takenWh[mover * STEPS + t]);
            mover = reachedBy[t];
        }
        amountWh = Math.min(amountWh, maxWhPerStep[n] - takenWh[n * STEPS + t]);
        t = target;
        for (mover = reachedBy[t]; mover != n; mover = reachedBy[t]) {
            move(mover, t, amountWh);
            t = from[mover];
            move(mover, t, -amountWh);
        }
        move(n, t, amountWh);
        missingWh[n] -= amountWh;
    }

    private void move(int n, int t, int amountWh) {
        int cell = n * STEPS + t;
        takenWh[cell] += amountWh;
        leftWh[t] -= amountWh;
        mark(used, n, t, takenWh[cell] > 0);
        mark(free, n, t, takenWh[cell] < maxWhPerStep[n]);
        mark(open, 0, t, leftWh[t] > 0);
    }

    private static void mark(long[] sets, int n, int t, boolean member) {
        int word = n * WORDS + t / Long.SIZE;
        sets[word] = member ? sets[word] | 1L << t : sets[word] & ~(1L << t);
    }

    private static boolean contains(long[] sets, int n, int t) {
        return (sets[n * WORDS + t / Long.SIZE] >>> t & 1) != 0;
    }
}
