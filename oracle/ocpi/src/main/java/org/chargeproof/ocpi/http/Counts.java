package org.chargeproof.ocpi.http;

import java.util.Map;

/** Counts by name that forget names whose count is 0. */
final class Counts {
    private Counts() {}

    static int more(Map<String, Integer> counts, String name) {
        return counts.merge(name, 1, Integer::sum);
    }

    static void less(Map<String, Integer> counts, String name) {
        if (counts.merge(name, -1, Integer::sum) == 0) {
            counts.remove(name, 0);
        }
    }
}
