package org.chargeproof.simulation;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.chargeproof.simulation.scenario.MinPower;

/**
 * A group of charge points behind one limit, with the cars that come.
 *
 * @param start the moment from which seconds and steps are counted
 * @param ratedW rated power of each charge point
 * @param minW the least power of each other than none, where the site is run with one
 * @param visits in the order in which their drivers ask
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Site(String name, LocalDateTime start, int[] ratedW, int[] minW, List<Visit> visits) {
    static final int STEP_SECONDS = 900;
    static final int STEPS_PER_HOUR = 4;
    static final int STEPS_PER_DAY = 96;

    /** With the least power that is usual for a rating. */
    Site(String name, LocalDateTime start, int[] ratedW, List<Visit> visits) {
        this(name, start, ratedW, Arrays.stream(ratedW).map(MinPower::ofRating).toArray(), visits);
    }

    long ratedSumW() {
        long sum = 0;
        for (int w : ratedW) {
            sum += w;
        }
        return sum;
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
        return new Site(name, start, ratedW, minW, others);
    }
}
