package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which accounts drivers use. */
enum AccountRegime {
    /** One, always the same. */
    ONE("one account"),
    /** A fresh one for each session; a wallet asks for ten at once, and its provider vouches for them at once. */
    FRESH("a fresh account"),
    /** Fresh ones, for which a provider vouches in batches for all of its drivers, ahead of need and in random order. */
    BATCHED("fresh, in batches");

    private static final int PACK = 10;
    private static final int BATCH_STEPS = 14 * Site.STEPS_PER_DAY;

    private final String words;

    AccountRegime(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /**
     * Where each session's account stands among all that were registered: what the chain shows of it beside the provider. Equal numbers are one
     * account.
     *
     * @param sessions by arrival
     */
    int[] registrations(List<SeenSession> sessions, int drivers, long seed) {
        var numbers = new int[sessions.size()];
        switch (this) {
            case ONE -> {
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = sessions.get(i).driver();
                }
            }
            case FRESH -> {
                var used = new int[drivers];
                var first = new int[drivers];
                int next = 0;
                for (int i = 0; i < numbers.length; i++) {
                    int driver = sessions.get(i).driver();
                    if (used[driver] % PACK == 0) {
                        first[driver] = next;
                        next += PACK;
                    }
                    numbers[i] = first[driver] + used[driver] % PACK;
                    used[driver]++;
                }
            }
            case BATCHED -> {
                var random = new Random(seed);
                int from = 0;
                while (from < numbers.length) {
                    int end = from;
                    int batch = sessions.get(from).arrivalStep() / BATCH_STEPS;
                    var order = new ArrayList<Integer>();
                    while (end < numbers.length && sessions.get(end).arrivalStep() / BATCH_STEPS == batch) {
                        order.add(end++);
                    }
                    Collections.shuffle(order, random);
                    for (int i = from; i < end; i++) {
                        numbers[i] = order.get(i - from);
                    }
                    from = end;
                }
            }
        }
        return numbers;
    }
}
