package org.chargeproof.billing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Groups with stays that overlap, follow each other at a plug, or take nothing. */
final class RandomInputs {
    static final int FIRST_TIMESTEP = 1_975_000;

    private RandomInputs() {}

    static BillingInput input(Random random) {
        int steps = 1 + random.nextInt(200);
        int[] loadWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            loadWh[t] = random.nextInt(40_000) - 10_000;
        }
        var stays = new ArrayList<Stay>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            stays.add(stay(random, 3 * i + 1, loadWh));
        }
        var terms = new Terms(random.nextInt(100_001), random.nextInt(3_000_000));
        return new BillingInput(terms, random.nextInt(5_000), FIRST_TIMESTEP, loadWh, stays);
    }

    /** A stay whose energy is part of the loads. */
    private static Stay stay(Random random, int session, int[] loadWh) {
        int from = random.nextInt(loadWh.length);
        int to = from + 1 + random.nextInt(loadWh.length - from);
        int occupiedFrom = random.nextBoolean() ? from : random.nextInt(from + 1);
        int maxWhPerStep = 1 + random.nextInt(12_500);
        int[] meteredWh = new int[to - from];
        int[] greenWh = new int[to - from];
        for (int t = 0; t < meteredWh.length; t++) {
            meteredWh[t] = random.nextInt(3) == 0 ? 0 : random.nextInt(maxWhPerStep + 1);
            greenWh[t] = random.nextInt(meteredWh[t] + 1);
            loadWh[from + t] += meteredWh[t];
        }
        byte[] account = new byte[20];
        random.nextBytes(account);
        byte[] records = new byte[32];
        random.nextBytes(records);
        return new Stay(
                session,
                account,
                1 + random.nextInt(80),
                1 + random.nextInt(4),
                random.nextInt(96),
                FIRST_TIMESTEP + from,
                FIRST_TIMESTEP + to,
                FIRST_TIMESTEP + occupiedFrom,
                earlier(random, occupiedFrom, from, maxWhPerStep, loadWh),
                FIRST_TIMESTEP + to - 2 + random.nextInt(4),
                maxWhPerStep,
                random.nextInt(4) > 0,
                random.nextBoolean(),
                random.nextLong(1L << 53),
                random.nextLong(1L << 53),
                random.nextInt(60_000),
                random.nextInt(1_000_001),
                random.nextInt(1_000_001),
                random.nextInt(5_001),
                records,
                meteredWh,
                greenWh);
    }

    /** Sessions that had the plug before, whose energy is part of the loads too. */
    private static List<int[]> earlier(Random random, int occupiedFrom, int from, int maxWhPerStep, int[] loadWh) {
        var earlier = new ArrayList<int[]>();
        for (int at = occupiedFrom; at < from; ) {
            boolean last = earlier.size() + 1 == BillingInput.MOST_EARLIER || random.nextInt(4) == 0;
            int[] meteredWh = new int[last ? from - at : 1 + random.nextInt(from - at)];
            for (int t = 0; t < meteredWh.length; t++) {
                meteredWh[t] = random.nextInt(maxWhPerStep + 1);
                loadWh[at + t] += meteredWh[t];
            }
            at += meteredWh.length;
            earlier.add(meteredWh);
        }
        return earlier;
    }
}
