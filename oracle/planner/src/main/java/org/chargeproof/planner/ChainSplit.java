package org.chargeproof.planner;

import java.util.Arrays;

/**
 * Who takes what of an aggregate among sessions with windows of their own: reservations. Sessions are placed one by one in the
 * order in which they are added. A session takes energy along the shortest chain that there is: in a step of its own with room
 * left, or in a full one from which another session moves to a step of its window, from which a third one moves, until there is
 * room. The earliest step and the session added first come first, so there is one result only; see "Who gets what" in {@code
 * docs/concepts/planner.md}.
 *
 * <p>Sets of steps are two words, sets of sessions as many as are needed, by step: a round of the search looks at the steps, or at
 * those who move where they are fewer. Reusable workspace, for one thread; allocates only to grow.
 */
final class ChainSplit {
    private static final int STEPS = Limits.STEPS;

    /** Sets of sessions: the most words. */
    private static final int WORDS = Limits.SESSIONS / Long.SIZE;

    private final int[] maxWhPerStep = new int[Limits.SESSIONS];
    private int count;
    private int[] takenWh = new int[0];
    private final int[] leftWh = new int[STEPS];

    /** Sets of steps, two words: by session, where it takes energy, and where it could take more; those with room left. */
    private final long[] used = new long[2 * Limits.SESSIONS];

    private final long[] free = new long[2 * Limits.SESSIONS];
    private final long[] open = new long[2];

    /** Sets of sessions: by step, who takes energy there, and who could take more. */
    private final long[] usedBy = new long[STEPS * WORDS];

    private final long[] freeTo = new long[STEPS * WORDS];

    // the search for a chain: by round, the steps that are reached; by step, in which round and by whom
    private final long[] reachedIn = new long[2 * (STEPS + 1)];
    private final int[] roundOf = new int[STEPS];
    private final int[] reachedBy = new int[STEPS];
    private final long[] unreached = new long[2];
    private final long[] movers = new long[WORDS];
    private int moverCount;
    private final long[] moved = new long[WORDS];
    private long work;

    /** Forgets all sessions and takes over the aggregate. */
    void clear(int[] aggregateWh, int steps) {
        for (int t = 0; t < STEPS; t++) {
            Arrays.fill(usedBy, t * WORDS, t * WORDS + words(), 0);
            Arrays.fill(freeTo, t * WORDS, t * WORDS + words(), 0);
        }
        count = 0;
        Arrays.fill(open, 0);
        for (int t = 0; t < steps; t++) {
            leftWh[t] = aggregateWh[t];
            open[t / Long.SIZE] |= aggregateWh[t] > 0 ? 1L << t : 0;
        }
    }

    /**
     * Places a session.
     *
     * @return the energy in Wh that it does not find
     */
    int add(int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {
        int n = count++;
        this.maxWhPerStep[n] = maxWhPerStep;
        if (takenWh.length < count * STEPS) {
            takenWh = Arrays.copyOf(takenWh, Math.max(count * STEPS, 2 * takenWh.length));
        }
        Arrays.fill(takenWh, n * STEPS, (n + 1) * STEPS, 0);
        Arrays.fill(used, 2 * n, 2 * n + 2, 0);
        Arrays.fill(free, 2 * n, 2 * n + 2, 0);
        for (int t = arrivalStep; t < departureStep; t++) {
            markFree(n, t, true);
        }
        int missingWh = energyWh - takeOwn(n, energyWh);
        while (missingWh > 0) {
            int target = search(n);
            if (target < 0) {
                break;
            }
            missingWh -= take(n, target, missingWh);
        }
        return missingWh;
    }

    /** Energy in Wh that a session takes in a step; sessions in the order of adding. */
    int energyWh(int n, int t) {
        return takenWh[n * STEPS + t];
    }

    /** Words of sets looked at since this was made. */
    long work() {
        return work;
    }

    private int words() {
        return (count + Long.SIZE - 1) / Long.SIZE;
    }

    /** The chains of one step: where there is room, the earliest first. */
    private int takeOwn(int n, int energyWh) {
        int missingWh = energyWh;
        for (int w = 0; w < 2; w++) {
            for (long own = free[2 * n + w] & open[w]; own != 0 && missingWh > 0; own &= own - 1) {
                int t = w * Long.SIZE + Long.numberOfTrailingZeros(own);
                int amountWh = Math.min(Math.min(missingWh, leftWh[t]), maxWhPerStep[n]);
                move(n, t, amountWh);
                missingWh -= amountWh;
            }
        }
        return energyWh - missingWh;
    }

    /** Finds the end of the shortest chain from a session to a step with room, or -1. */
    private int search(int n) {
        int words = words();
        Arrays.fill(moved, 0, words, 0);
        moved[n / Long.SIZE] = 1L << n;
        for (int w = 0; w < 2; w++) {
            reachedIn[w] = free[2 * n + w];
            unreached[w] = ~reachedIn[w];
            for (long rest = reachedIn[w]; rest != 0; rest &= rest - 1) {
                reach(w * Long.SIZE + Long.numberOfTrailingZeros(rest), 0, n);
            }
        }
        for (int round = 0; (reachedIn[2 * round] | reachedIn[2 * round + 1]) != 0; round++) {
            for (int w = 0; w < 2; w++) {
                long ends = reachedIn[2 * round + w] & open[w];
                if (ends != 0) {
                    return w * Long.SIZE + Long.numberOfTrailingZeros(ends);
                }
            }
            gatherMovers(round, words);
            reachNext(round + 1, words);
        }
        return -1;
    }

    /** Those who take energy in a step of the round and have not moved before. */
    private void gatherMovers(int round, int words) {
        Arrays.fill(movers, 0, words, 0);
        moverCount = 0;
        for (int w = 0; w < 2; w++) {
            for (long rest = reachedIn[2 * round + w]; rest != 0; rest &= rest - 1) {
                int from = (w * Long.SIZE + Long.numberOfTrailingZeros(rest)) * WORDS;
                work += words;
                for (int k = 0; k < words; k++) {
                    movers[k] |= usedBy[from + k];
                }
            }
        }
        for (int k = 0; k < words; k++) {
            movers[k] &= ~moved[k];
            moved[k] |= movers[k];
            moverCount += Long.bitCount(movers[k]);
        }
    }

    /**
     * Each step that nobody has reached is reached by the first of the movers that could take more there. Whichever are fewer are gone
     * through: the movers, or the steps.
     */
    private void reachNext(int round, int words) {
        reachedIn[2 * round] = 0;
        reachedIn[2 * round + 1] = 0;
        if (moverCount < Long.bitCount(unreached[0]) + Long.bitCount(unreached[1] & below(1))) {
            reachByMover(round, words);
        } else {
            reachByStep(round, words);
        }
    }

    private void reachByMover(int round, int words) {
        for (int k = 0; k < words; k++) {
            for (long rest = movers[k]; rest != 0; rest &= rest - 1) {
                int n = k * Long.SIZE + Long.numberOfTrailingZeros(rest);
                work++;
                for (int w = 0; w < 2; w++) {
                    long first = free[2 * n + w] & unreached[w];
                    reachedIn[2 * round + w] |= first;
                    unreached[w] &= ~first;
                    for (; first != 0; first &= first - 1) {
                        reach(w * Long.SIZE + Long.numberOfTrailingZeros(first), round, n);
                    }
                }
            }
        }
    }

    private void reachByStep(int round, int words) {
        for (int w = 0; w < 2; w++) {
            for (long rest = unreached[w] & below(w); rest != 0; rest &= rest - 1) {
                int t = w * Long.SIZE + Long.numberOfTrailingZeros(rest);
                int from = t * WORDS;
                for (int k = 0; k < words; k++) {
                    long first = movers[k] & freeTo[from + k];
                    work++;
                    if (first != 0) {
                        reach(t, round, k * Long.SIZE + Long.numberOfTrailingZeros(first));
                        reachedIn[2 * round + w] |= 1L << t;
                        break;
                    }
                }
            }
            unreached[w] &= ~reachedIn[2 * round + w];
        }
    }

    /** The steps there are in a word. */
    private static long below(int word) {
        return word == 0 ? -1 : (1L << (STEPS - Long.SIZE)) - 1;
    }

    private void reach(int t, int round, int n) {
        roundOf[t] = round;
        reachedBy[t] = n;
    }

    /** The earliest step of the round before from which who reached a step moves. */
    private int from(int t) {
        int n = reachedBy[t];
        int round = 2 * (roundOf[t] - 1);
        long early = used[2 * n] & reachedIn[round];
        return early != 0
                ? Long.numberOfTrailingZeros(early)
                : Long.SIZE + Long.numberOfTrailingZeros(used[2 * n + 1] & reachedIn[round + 1]);
    }

    /** Takes as much as the chain bears. */
    private int take(int n, int target, int missingWh) {
        int amountWh = Math.min(missingWh, leftWh[target]);
        int t = target;
        while (roundOf[t] > 0) {
            int mover = reachedBy[t];
            amountWh = Math.min(amountWh, maxWhPerStep[mover] - takenWh[mover * STEPS + t]);
            t = from(t);
            amountWh = Math.min(amountWh, takenWh[mover * STEPS + t]);
        }
        amountWh = Math.min(amountWh, maxWhPerStep[n] - takenWh[n * STEPS + t]);
        t = target;
        while (roundOf[t] > 0) {
            int mover = reachedBy[t];
            int from = from(t);
            move(mover, t, amountWh);
            move(mover, from, -amountWh);
            t = from;
        }
        move(n, t, amountWh);
        return amountWh;
    }

    private void move(int n, int t, int amountWh) {
        int cell = n * STEPS + t;
        takenWh[cell] += amountWh;
        leftWh[t] -= amountWh;
        markFree(n, t, takenWh[cell] < maxWhPerStep[n]);
        set(used, 2 * n, t, takenWh[cell] > 0);
        set(usedBy, t * WORDS, n, takenWh[cell] > 0);
        set(open, 0, t, leftWh[t] > 0);
    }

    private void markFree(int n, int t, boolean isFree) {
        set(free, 2 * n, t, isFree);
        set(freeTo, t * WORDS, n, isFree);
    }

    private static void set(long[] sets, int from, int member, boolean isMember) {
        int word = from + member / Long.SIZE;
        sets[word] = isMember ? sets[word] | 1L << member : sets[word] & ~(1L << member);
    }
}
