package org.chargeproof.planner;

import java.util.Arrays;

/**
 * A maximum flow from sessions (energy) over the steps of their windows (maximum per step) to the room, in integers: how
 * much energy sessions can take, and the steps that prove why it is not more. By phases of shortest ways (Dinic 1970);
 * sets of steps are two words, sets of sessions as many as are needed, by step: a search looks at each step and at each
 * session once, and only at those who take energy in a step when some have to move from there.
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

    /** Sets of sessions: the most words. */
    private static final int SESSION_WORDS = Math.ceilDiv(Limits.SESSIONS + 1, Long.SIZE);

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

    /** Sets of sessions: by step, who could take more there, and who takes energy. */
    private final long[] freeTo = new long[STEPS * SESSION_WORDS];

    private final long[] usedBy = new long[STEPS * SESSION_WORDS];

    /** Steps with room left, and those from which ways may lead to them: never too few. */
    private final long[] open = new long[2];

    private final long[] reaching = new long[2];

    // one phase: how long the way of each session to room is, 0 if there is none; by length, the sessions as sets and
    // the steps
    // between; how far each step has been looked through
    private final int[] wayOf = new int[Limits.SESSIONS + 1];
    private final long[] foundAt = new long[SESSION_WORDS * (STEPS + 2)];
    private final long[] found = new long[SESSION_WORDS];
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
        for (int t = 0; t < this.steps; t++) {
            Arrays.fill(freeTo, t * SESSION_WORDS, t * SESSION_WORDS + words(), 0);
            Arrays.fill(usedBy, t * SESSION_WORDS, t * SESSION_WORDS + words(), 0);
        }
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
        Arrays.fill(sets, WORDS * n, WORDS * (n + 1), 0);
        stay(n, arrivalStep, departureStep);
        takeOpen(n);
    }

    private void stay(int n, int fromStep, int toStep) {
        for (int t = fromStep; t < toStep; t++) {
            takenWh[n * STEPS + t] = 0;
            setFree(n, t, true);
        }
    }

    private void leave(int n) {
        for (int t = 0; t < steps; t++) {
            setFree(n, t, false);
        }
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
        stay(n, fromStep, toStep);
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
     * Changes the room; what is placed moves where there is less.
     *
     * @return false if it does not fit any more: then only {@link #outsideWh}, {@link #isReaching} and {@link #rollback} are of use
     */
    boolean refit(int[] newRoomWh) {
        long over0 = 0;
        long over1 = 0;
        for (int t = 0; t < steps; t++) {
            if (newRoomWh[t] != roomWh[t]) {
                if (newRoomWh[t] > roomWh[t]) {
                    reaching[0] = -1;
                    reaching[1] = -1;
                }
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

    /** Whether ways may lead from a step to room, or it is none of those that there is room for: such steps are the A of the last call of {@link #fill} or {@link #refit}. */
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
        allTakenWh = markedTakenWh;
        while (changed > 0) {
            changed -= 2;
            change(changes[changed] / STEPS, changes[changed] % STEPS, -changes[changed + 1]);
        }
        while (count > markedCount) {
            leave(--count);
        }
        System.arraycopy(markedRoomWh, 0, roomWh, 0, steps);
        System.arraycopy(markedLeftWh, 0, leftWh, 0, steps);
        Arrays.fill(overWh, 0, steps, 0);
        for (int w = 0; w < 2; w++) {
            open[w] = markedSets[w];
            reaching[w] = markedSets[2 + w];
        }
    }

    /** Sessions and words of sets looked at, and changes, since this was made: what time it takes, whatever the machine. */
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
        Arrays.fill(found, 0, words(), 0);
        Arrays.fill(wayOf, 0, count, 0);
        long all0 = open[0];
        long all1 = open[1];
        stepsAt[0] = all0;
        stepsAt[1] = all1;
        int level = 0;
        while ((stepsAt[2 * level] | stepsAt[2 * level + 1]) != 0 && (source == EVERYBODY || wayOf[source] == 0)) {
            level++;
            findSessions(level);
            findSteps(level);
            stepsAt[2 * level] &= ~all0;
            stepsAt[2 * level + 1] &= ~all1;
            all0 |= stepsAt[2 * level];
            all1 |= stepsAt[2 * level + 1];
            lookThrough(stepsAt[2 * level], 0);
            lookThrough(stepsAt[2 * level + 1], Long.SIZE);
        }
        longest = level;
        if ((stepsAt[2 * level] | stepsAt[2 * level + 1]) == 0) {
            reaching[0] = all0;
            reaching[1] = all1;
        }
    }

    /** Those who could take more in the steps before them, and have not been found there before. */
    private void findSessions(int level) {
        int words = words();
        int at = level * SESSION_WORDS;
        Arrays.fill(foundAt, at, at + words, 0);
        for (int w = 0; w < 2; w++) {
            for (long rest = stepsAt[2 * (level - 1) + w]; rest != 0; rest &= rest - 1) {
                int from = (w * Long.SIZE + Long.numberOfTrailingZeros(rest)) * SESSION_WORDS;
                work += words;
                for (int k = 0; k < words; k++) {
                    foundAt[at + k] |= freeTo[from + k];
                }
            }
        }
        for (int k = 0; k < words; k++) {
            foundAt[at + k] &= ~found[k];
            found[k] |= foundAt[at + k];
        }
    }

    /** All steps where those found take energy. */
    private void findSteps(int level) {
        long to0 = 0;
        long to1 = 0;
        int at = level * SESSION_WORDS;
        for (int k = 0; k < words(); k++) {
            for (long rest = foundAt[at + k]; rest != 0; rest &= rest - 1) {
                int n = k * Long.SIZE + Long.numberOfTrailingZeros(rest);
                work++;
                wayOf[n] = level;
                to0 |= sets[WORDS * n + 2];
                to1 |= sets[WORDS * n + 3];
            }
        }
        stepsAt[2 * level] = to0;
        stepsAt[2 * level + 1] = to1;
    }

    private int words() {
        return Math.ceilDiv(count, Long.SIZE);
    }

    private void lookThrough(long set, int first) {
        for (long rest = set; rest != 0; rest &= rest - 1) {
            next[first + Long.numberOfTrailingZeros(rest)] = 0;
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
        for (next[t] = moverFrom(next[t], t, level); next[t] < count; next[t] = moverFrom(next[t] + 1, t, level)) {
            work++;
            int n = next[t];
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
        return movedWh;
    }

    /** The first session from one on that takes energy in a step, with a way that long; {@link #count} if there is none. */
    private int moverFrom(int session, int t, int level) {
        long mask = -1L << session;
        for (int k = session / Long.SIZE; k < words(); k++) {
            long movers = usedBy[t * SESSION_WORDS + k] & foundAt[level * SESSION_WORDS + k] & mask;
            if (movers != 0) {
                return k * Long.SIZE + Long.numberOfTrailingZeros(movers);
            }
            mask = -1;
        }
        return count;
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
        work++;
        int cell = n * STEPS + t;
        takenWh[cell] += amountWh;
        setFree(n, t, takenWh[cell] < maxWhPerStep[n]);
        set(sets, WORDS * n + 2, t, takenWh[cell] > 0);
        set(usedBy, t * SESSION_WORDS, n, takenWh[cell] > 0);
        if (marked) {
            if (changed + 2 > changes.length) {
                changes = Arrays.copyOf(changes, 2 * changes.length);
            }
            changes[changed++] = cell;
            changes[changed++] = amountWh;
        }
    }

    private void setFree(int n, int t, boolean isFree) {
        set(sets, WORDS * n, t, isFree);
        set(freeTo, t * SESSION_WORDS, n, isFree);
    }

    private static void set(long[] sets, int from, int member, boolean isMember) {
        int word = from + member / Long.SIZE;
        sets[word] = isMember ? sets[word] | 1L << member : sets[word] & ~(1L << member);
    }
}
