package org.chargeproof.simulation;

import java.time.LocalDateTime;
import java.util.List;

/**
 * A group of charge points behind one limit, with the cars that come.
 *
 * @param start the moment from which seconds and steps are counted
 * @param ratedW rated power of each charge point
 * @param visits by plug-in
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Site(String name, LocalDateTime start, int[] ratedW, List<Visit> visits) {
    static final int STEP_SECONDS = 900;
    static final int STEPS_PER_HOUR = 4;
    static final int STEPS_PER_DAY = 96;

    long ratedSumW() {
        long sum = 0;
        for (int w : ratedW) {
            sum += w;
        }
        return sum;
    }

    /** When a step begins. */
    LocalDateTime momentOf(int step) {
        return start.plusSeconds((long) step * STEP_SECONDS);
    }

    /** Step after the last one in which a car is there. */
    int lastStep() {
        return visits.stream()
                .mapToInt(v ->
                        (int) Math.ceilDiv(Math.max(v.plugOutSeconds(), v.departureSeconds()), (long) STEP_SECONDS))
                .max()
                .orElse(0);
    }

    Site with(List<Visit> others) {
        return new Site(name, start, ratedW, others);
    }
}
