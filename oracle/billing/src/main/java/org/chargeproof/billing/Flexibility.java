package org.chargeproof.billing;

import java.math.BigInteger;
import java.util.List;

/**
 * What it was worth to a group that a car waited: by how much the sum of squared net load would have been greater, had its plug taken
 * the same energy at full power from when it was taken on, and everything else been as it was. In Wh^2; nothing where waiting made
 * things worse.
 *
 * <p>It goes by the stay of the plug and by metered energy, never by what was said: neither a later departure than the real one, nor more energy asked for
 * than taken changes it. Sessions that follow each other at a plug without a break are worth together what the best of
 * their beginnings is worth: whoever parts its demand among accounts gains nothing by it.
 */
final class Flexibility {
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    private Flexibility() {}

    /** Returns the Wh^2 of one stay, at least 0: what its plug is worth with it, beyond what it was worth before. */
    static long of(BillingInput input, Stay stay) {
        if (!stay.joins()) {
            return 0;
        }
        int from = stay.occupiedFrom() - input.firstTimestep();
        int[] movedWh = new int[input.loadWh().length];
        long best = 0;
        int energyWh = 0;
        int at = from;
        for (int[] meteredWh : stay.earlier()) {
            move(movedWh, stay, from, energyWh, at, meteredWh);
            energyWh += Stay.sum(meteredWh);
            at += meteredWh.length;
            best = Math.max(best, rise(input.loadWh(), movedWh));
        }
        move(movedWh, stay, from, energyWh, at, stay.meteredWh());
        return Math.max(0, rise(input.loadWh(), movedWh) - best);
    }

    /**
     * Returns the tokens of all stays by their place, in millionths: kappa for each Wh^2, and all together at most kappa for what all of them
     * saved together. Where single values add up to more, each is given its share, rounded down.
     */
    static long[] tokens(BillingInput input, long[] values) {
        BigInteger sum = BigInteger.ZERO;
        for (long value : values) {
            sum = sum.add(BigInteger.valueOf(value));
        }
        BigInteger saved = saved(input, values);
        BigInteger kappa = BigInteger.valueOf(input.terms().kappaE6());
        long[] tokens = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            BigInteger due = BigInteger.valueOf(values[i]);
            if (sum.compareTo(saved) > 0) {
                due = due.multiply(saved).divide(sum);
            }
            tokens[i] = due.multiply(kappa).divide(MILLION).longValueExact();
        }
        return tokens;
    }

    /** What those that have a value saved together, at least 0. */
    private static BigInteger saved(BillingInput input, long[] values) {
        long[] movedWh = new long[input.loadWh().length];
        List<Stay> stays = input.stays();
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                Stay stay = stays.get(i);
                int[] ofOneWh = new int[movedWh.length];
                int earlierWh = 0;
                for (int[] meteredWh : stay.earlier()) {
                    earlierWh += Stay.sum(meteredWh);
                }
                int from = stay.occupiedFrom() - input.firstTimestep();
                move(ofOneWh, stay, from, earlierWh, stay.fromTimestep() - input.firstTimestep(), stay.meteredWh());
                for (int t = 0; t < movedWh.length; t++) {
                    movedWh[t] += ofOneWh[t];
                }
            }
        }
        BigInteger saved = BigInteger.ZERO;
        for (int t = 0; t < movedWh.length; t++) {
            // below 2^29 times 2^29: 4,096 stays of 2^16 Wh, and twice a load of 2^27
            saved = saved.add(BigInteger.valueOf(rise(input.loadWh()[t], movedWh[t])));
        }
        return saved.max(BigInteger.ZERO);
    }

    private static long rise(int[] loadWh, int[] movedWh) {
        long rise = 0;
        for (int t = 0; t < movedWh.length; t++) {
            rise += rise(loadWh[t], movedWh[t]);
        }
        return rise;
    }

    /** (load + moved)^2 - load^2. */
    private static long rise(long loadWh, long movedWh) {
        return movedWh * (2 * loadWh + movedWh);
    }

    /**
     * Takes a session's energy from where it was metered to full power as soon as its plug was taken, behind the energy of the sessions before.
     *
     * @param movedWh by timestep of the loads, changed
     * @param from when the plug was taken
     * @param earlierWh what it took since then
     * @param at when this session's readings begin
     */
    private static void move(int[] movedWh, Stay stay, int from, int earlierWh, int at, int[] meteredWh) {
        int leftWh = 0;
        for (int t = 0; t < meteredWh.length; t++) {
            movedWh[at + t] -= meteredWh[t];
            leftWh += meteredWh[t];
        }
        int passWh = earlierWh;
        for (int t = from; leftWh > 0 && t < movedWh.length; t++) {
            int roomWh = stay.maxWhPerStep();
            int passedWh = Math.min(passWh, roomWh);
            passWh -= passedWh;
            int takenWh = Math.min(leftWh, roomWh - passedWh);
            leftWh -= takenWh;
            movedWh[t] += takenWh;
        }
    }
}
