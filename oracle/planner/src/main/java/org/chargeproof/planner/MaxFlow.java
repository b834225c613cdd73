package org.chargeproof.planner;

import java.util.Arrays;

/**
 * A maximum flow from sessions (energy) over the steps of their windows (maximum per step) to the room, in integers: how
 * much energy sessions can take, and the steps that prove why it is not more. By phases of shortest ways (Dinic 1970);
 * sets of steps are two words, so that one pass over the sessions finds the next steps of all ways.
 *
 * <p>What has been placed stays for the next question: a session is added, or room is taken away, by moving no more than
 * must move, and {@link #rollback} undoes it. Which steps can still reach room only ever shrinks in between, so most
 * questions without hope are answered without a search. See "When some are yet to come" in {@code
 * docs/concepts/planner.md}.
 *
 * <p>Reusable workspace, for one thread; allocates only to grow.
 */
final class MaxFlow {
    private static final int STEPS = Limits.STEPS;

    /** Sets of steps of a session: two words where it could take more, two words where it takes energy. */
    private static final int WORDS = 4;

    private static final int EVERYBODY = -1;

    // sessions; one more than an input may have: the request that is tried
    private final int[] maxWhPerStep = new int[Limits.SESSIONS + 1];
    private final int[] missingWh = new int[Limits.SESSIONS + 1];
    private final long[] sets = new long[WORDS * (Limits.SESSIONS + 1)];
    private int[] takenWh = new int[0];
    private int count;
    private int allTakenWh;

    // by step: the room, what is left of it, and what more than the room is taken and has to move
    private int steps;
    private final int[] roomWh = new int[STEPS];
    private final int[] leftWh = new int[STEPS];
    private final int[] overWh = new int[STEPS];

    /** Steps with room left, and those from which ways may lead to them: never too few. */
    private final long[] open = new long[2];

    private final long[] reaching = new long[2];

    // one phase: sessions by the length of their way to room, the steps between, and how far each step has been looked
    // through
    private final int[] order = new int[Limits.SESSIONS + 1];
    private final int[] waiting = new int[Limits.SESSIONS + 1];
    private final int[] wayOf = new int[Limits.SESSIONS + 1];
    private final int[] end = new int[STEPS + 2];
    private final long[] stepsAt = new long[2 * (STEPS + 2)];
    private final int[] next = new int[STEPS];
    private int longest;

    // to undo
    private boolean marked;
    private int[] changes = new int[256];
    private int changed;
    private int markedCount;
    private int markedTakenWh;
    private final int[] markedRoomWh = new int[STEPS];
    private final int[] markedLeftWh = new int[STEPS];
    private final long[] markedSets = new long[4];

    private long work;

    /** Forgets all sessions and takes over the room. */
    void clear(int[] roomWh, int steps) {
        this.steps = steps;
        count = 0;
        allTakenWh = 0;
        marked = false;
        Arrays.fill(open, 0);
        Arrays.fill(overWh, 0);
        for (int t = 0; t < steps; t++) {
            setRoom(t, roomWh[t], roomWh[t]);
        }
        reaching[0] = -1;
        reaching[1] = -1;
    }

    /** Returns how many sessions there are. */
    int count() {
        return count;
    }

    /** Adds a session, which takes what is open to it; {@link #fill} finds the rest. */
    void add(int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {
        int n = count++;
        if (takenWh.length < count * STEPS) {
            takenWh = Arrays.copyOf(takenWh, Math.max(count * STEPS, 2 * takenWh.length));
        }
        this.maxWhPerStep[n] = maxWhPerStep;
        missingWh[n] = energyWh;
        Arrays.fill(takenWh, n * STEPS + arrivalStep, n * STEPS + departureStep, 0);
        sets[WORDS * n] = below(departureStep) & ~below(arrivalStep);
        sets[WORDS * n + 1] = below(departureStep - Long.SIZE) & ~below(arrivalStep - Long.SIZE);
        sets[WORDS * n + 2] = 0;
        sets[WORDS * n + 3] = 0;
        takeOpen(n);
    }

    private void takeOpen(int n) {
        for (int w = 0; w < 2; w++) {
            for (long own = sets[WORDS * n + w] & open[w]; own != 0 && missingWh[n] > 0; own &= own - 1) {
                int t = w * Long.SIZE + Long.numberOfTrailingZeros(own);
                int amountWh = leave(t, Math.min(missingWh[n], maxWhPerStep[n] - takenWh[n * STEPS + t]));
                change(n, t, amountWh);
                grant(n, amountWh);
            }
        }
    }

    /** Steps before one, as far as they are in a word. */
    private static long below(int step) {
        return step >= Long.SIZE ? -1 : step <= 0 ? 0 : (1L << step) - 1;
    }

    /**
     * Adds a session, for which those before it move but lose nothing. It wants no more than it gets from then on.
     *
     * @return the most energy in Wh that it can have
     */
    int place(int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {
        add(energyWh, maxWhPerStep, arrivalStep, departureStep);
        return energyWh - missingOfLast();
    }

    /**
     * Lets the session that was placed last stay for longer.
     *
     * @param energyWh how much more it wants
     * @param fromStep its departure
     * @param toStep its new departure
     * @return how much more it can have
     */
    int extend(int energyWh, int fromStep, int toStep) {
        int n = count - 1;
        missingWh[n] = energyWh;
        Arrays.fill(takenWh, n * STEPS + fromStep, n * STEPS + toStep, 0);
        sets[WORDS * n] |= below(toStep) & ~below(fromStep);
        sets[WORDS * n + 1] |= below(toStep - Long.SIZE) & ~below(fromStep - Long.SIZE);
        takeOpen(n);
        return energyWh - missingOfLast();
    }

    /**
     * The step after so many of those that may reach room, from a step on; one after the last if there are not so many. A session that
     * was placed, and stays for longer, gets no more than its power in each of them.
     */
    int afterReaching(int fromStep, int many) {
        int t = fromStep;
        for (int seen = 0; t < steps && seen < many; t++) {
            seen += isReaching(t) ? 1 : 0;
            if (seen == many) {
                return t + 1;
            }
        }
        return steps + 1;
    }

    private int missingOfLast() {
        int n = count - 1;
        while (missingWh[n] > 0 && reaches(n)) {
            findWays(n);
            if (wayOf[n] == 0) {
                break;
            }
            grant(n, takeMore(n, wayOf[n], missingWh[n]));
        }
        int missing = missingWh[n];
        missingWh[n] = 0;
        return missing;
    }

    /** Returns the most energy in Wh that all sessions together can take. */
    int fill() {
        boolean more = true;
        while (more) {
            more = false;
            boolean hungry = false;
            for (int n = 0; n < count && !hungry; n++) {
                hungry = missingWh[n] > 0 && reaches(n);
            }
            if (!hungry) {
                break;
            }
            findWays(EVERYBODY);
            for (int n = 0; n < count; n++) {
                if (missingWh[n] > 0 && wayOf[n] > 0) {
                    more = true;
                    grant(n, takeMore(n, wayOf[n], missingWh[n]));
                }
            }
        }
        return allTakenWh;
    }

    /**
     * Changes the room. What is placed stays as far as it fits; nothing is lost, or {@link #fill} could not find it again.
     *
     * @return false if what is placed does not fit as it is, and nothing has changed
     */
    boolean replaceRoom(int[] newRoomWh) {
        for (int t = 0; t < steps; t++) {
            if (roomWh[t] - leftWh[t] > newRoomWh[t]) {
                return false;
            }
        }
        for (int t = 0; t < steps; t++) {
            setRoom(t, newRoomWh[t], newRoomWh[t] - roomWh[t] + leftWh[t]);
        }
        reaching[0] = -1;
        reaching[1] = -1;
        return true;
    }

    /**
     * Takes room away; what is placed moves.
     *
     * @param newRoomWh the room, in no step more than it was
     * @return false if it does not fit any more: then only {@link #outsideWh}, {@link #isReaching} and {@link #rollback} are of use
     */
    boolean narrow(int[] newRoomWh) {
        long over0 = 0;
        long over1 = 0;
        for (int t = 0; t < steps; t++) {
            if (newRoomWh[t] != roomWh[t]) {
                int left = leftWh[t] - roomWh[t] + newRoomWh[t];
                overWh[t] = Math.max(0, -left);
                setRoom(t, newRoomWh[t], Math.max(0, left));
                if (left < 0) {
                    over0 |= t < Long.SIZE ? 1L << t : 0;
                    over1 |= t < Long.SIZE ? 0 : 1L << t;
                }
            }
        }
        while ((over0 | over1) != 0) {
            if (((over0 & ~reaching[0]) | (over1 & ~reaching[1])) != 0) {
                return false;
            }
            findWays(EVERYBODY);
            if (((over0 & ~reaching[0]) | (over1 & ~reaching[1])) != 0) {
                return false;
            }
            for (int level = 1; level <= longest; level++) {
                over0 &= ~moved(stepsAt[2 * level] & over0, 0, level);
                over1 &= ~moved(stepsAt[2 * level + 1] & over1, Long.SIZE, level);
            }
        }
        return true;
    }

    /** Moves what is over in some steps; returns those in which nothing is over any more. */
    private long moved(long over, int first, int level) {
        long done = 0;
        for (long rest = over; rest != 0; rest &= rest - 1) {
            int t = first + Long.numberOfTrailingZeros(rest);
            overWh[t] -= drain(t, level, overWh[t]);
            done |= overWh[t] == 0 ? 1L << t : 0;
        }
        return done;
    }

    /** Whether ways may lead from a step to room, or it is none of those that there is room for: such steps are the A of the last call of {@link #fill} or {@link #narrow}. */
    boolean isReaching(int t) {
        return t >= steps || (reaching[t / Long.SIZE] >>> t & 1) != 0;
    }

    /** How much is taken, in Wh, or would be if there were room, in the steps that {@link #isReaching} denies. */
    long outsideWh() {
        long sumWh = 0;
        for (int t = 0; t < steps; t++) {
            sumWh += isReaching(t) ? 0 : roomWh[t] - leftWh[t] + overWh[t];
        }
        return sumWh;
    }

    /** Returns the room in Wh that nobody takes. */
    long left() {
        long sumWh = 0;
        for (int t = 0; t < steps; t++) {
            sumWh += leftWh[t];
        }
        return sumWh;
    }

    /** Remembers what there is, for {@link #rollback}; forgets what was remembered. */
    void mark() {
        marked = true;
        changed = 0;
        markedCount = count;
        markedTakenWh = allTakenWh;
        System.arraycopy(roomWh, 0, markedRoomWh, 0, steps);
        System.arraycopy(leftWh, 0, markedLeftWh, 0, steps);
        for (int w = 0; w < 2; w++) {
            markedSets[w] = open[w];
            markedSets[2 + w] = reaching[w];
        }
    }

    /** Undoes everything since the last {@link #mark}, once. */
    void rollback() {
        marked = false;
        count = markedCount;
        allTakenWh = markedTakenWh;
        while (changed > 0) {
            changed -= 2;
            int n = changes[changed] / STEPS;
            if (n < count) {
                change(n, changes[changed] % STEPS, -changes[changed + 1]);
            }
        }
        System.arraycopy(markedRoomWh, 0, roomWh, 0, steps);
        System.arraycopy(markedLeftWh, 0, leftWh, 0, steps);
        Arrays.fill(overWh, 0, steps, 0);
        for (int w = 0; w < 2; w++) {
            open[w] = markedSets[w];
            reaching[w] = markedSets[2 + w];
        }
    }

    /** Sessions looked at since this was made: what time it takes, whatever the machine. */
    long work() {
        return work;
    }

    private boolean reaches(int n) {
        return ((sets[WORDS * n] & reaching[0]) | (sets[WORDS * n + 1] & reaching[1])) != 0;
    }

    /**
     * Finds how far all sessions are from room: 1 if they could take it themselves, 2 if another would have to move, and so on.
     *
     * @param source the session in question, to end once it is reached; everybody otherwise
     */
    private void findWays(int source) {
        long from0 = open[0];
        long from1 = open[1];
        long all0 = from0;
        long all1 = from1;
        stepsAt[0] = from0;
        stepsAt[1] = from1;
        int found = 0;
        int left = count;
        int level = 0;
        boolean complete = false;
        if (source >= 0) {
            wayOf[source] = 0;
        }
        while (true) {
            if ((from0 | from1) == 0) {
                complete = true;
                break;
            }
            level++;
            long to0 = 0;
            long to1 = 0;
            int kept = 0;
            end[level - 1] = found;
            work += left;
            for (int i = 0; i < left; i++) {
                int n = level == 1 ? i : waiting[i];
                int words = WORDS * n;
                if (((sets[words] & from0) | (sets[words + 1] & from1)) != 0) {
                    wayOf[n] = level;
                    order[found++] = n;
                    to0 |= sets[words + 2];
                    to1 |= sets[words + 3];
                } else {
                    waiting[kept++] = n;
                }
            }
            left = kept;
            end[level] = found;
            from0 = to0 & ~all0;
            from1 = to1 & ~all1;
            all0 |= from0;
            all1 |= from1;
            stepsAt[2 * level] = from0;
            stepsAt[2 * level + 1] = from1;
            lookThrough(from0, 0, level);
            lookThrough(from1, Long.SIZE, level);
            if (source >= 0 && wayOf[source] > 0) {
                break;
            }
        }
        longest = level;
        if (complete) {
            reaching[0] = all0;
            reaching[1] = all1;
            for (int i = 0; i < left; i++) {
                wayOf[level == 0 ? i : waiting[i]] = 0;
            }
        }
    }

    private void lookThrough(long set, int first, int level) {
        for (long rest = set; rest != 0; rest &= rest - 1) {
            next[first + Long.numberOfTrailingZeros(rest)] = end[level - 1];
        }
    }

    /** Lets a session take more in the steps that are next on its way; returns how much. */
    private int takeMore(int n, int level, int wantedWh) {
        int gotWh = 0;
        for (int w = 0; w < 2; w++) {
            int at = 2 * (level - 1) + w;
            for (long rest = sets[WORDS * n + w] & stepsAt[at]; rest != 0; rest &= rest - 1) {
                int t = w * Long.SIZE + Long.numberOfTrailingZeros(rest);
                int askedWh = Math.min(wantedWh - gotWh, maxWhPerStep[n] - takenWh[n * STEPS + t]);
                int amountWh = drain(t, level - 1, askedWh);
                if (amountWh > 0) {
                    change(n, t, amountWh);
                    gotWh += amountWh;
                }
                if (amountWh < askedWh) {
                    stepsAt[at] &= ~(1L << t);
                }
                if (gotWh == wantedWh) {
                    return gotWh;
                }
            }
        }
        return gotWh;
    }

    /** Makes room in a step, for others move away from it; returns how much. */
    private int drain(int t, int level, int wantedWh) {
        if (level == 0) {
            return leave(t, wantedWh);
        }
        int movedWh = 0;
        while (next[t] < end[level]) {
            work++;
            int n = order[next[t]];
            if ((sets[WORDS * n + 2 + t / Long.SIZE] >>> t & 1) != 0) {
                int askedWh = Math.min(wantedWh - movedWh, takenWh[n * STEPS + t]);
                int amountWh = takeMore(n, level, askedWh);
                if (amountWh > 0) {
                    change(n, t, -amountWh);
                    movedWh += amountWh;
                }
                if (movedWh == wantedWh) {
                    return movedWh;
                }
            }
            next[t]++;
        }
        return movedWh;
    }

    /** Takes room that is left; returns how much. */
    private int leave(int t, int wantedWh) {
        int amountWh = Math.min(wantedWh, leftWh[t]);
        setRoom(t, roomWh[t], leftWh[t] - amountWh);
        return amountWh;
    }

    private void setRoom(int t, int room, int left) {
        roomWh[t] = room;
        leftWh[t] = left;
        int w = t / Long.SIZE;
        open[w] = left > 0 ? open[w] | 1L << t : open[w] & ~(1L << t);
    }

    private void grant(int n, int amountWh) {
        missingWh[n] -= amountWh;
        allTakenWh += amountWh;
    }

    private void change(int n, int t, int amountWh) {
        int cell = n * STEPS + t;
        takenWh[cell] += amountWh;
        int word = WORDS * n + t / Long.SIZE;
        long bit = 1L << t;
        sets[word] = takenWh[cell] < maxWhPerStep[n] ? sets[word] | bit : sets[word] & ~bit;
        sets[word + 2] = takenWh[cell] > 0 ? sets[word + 2] | bit : sets[word + 2] & ~bit;
        if (marked) {
            if (changed + 2 > changes.length) {
                changes = Arrays.copyOf(changes, 2 * changes.length);
            }
            changes[changed++] = cell;
            changes[changed++] = amountWh;
        }
    }
}
