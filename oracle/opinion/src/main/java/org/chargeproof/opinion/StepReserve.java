package org.chargeproof.opinion;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is kept free in a step for minimum currents, stated again from "Minimum current" in docs/concepts/planner.md. */
public final class StepReserve {
    private static final int SECONDS_PER_HOUR = 3_600;

    private StepReserve() {}

    /**
     * Adds up what the classes of sessions keep free.
     *
     * @param minWhPerStep of each session that joins, has a promise and is present in the step; 0 for those without a least power
     * @return Wh in the step
     */
    public static long wh(IntStream minWhPerStep, int stepsPerHour) {
        int secondsPerStep = SECONDS_PER_HOUR / stepsPerHour;
        return minWhPerStep
                .filter(wh -> wh > 0)
                .boxed()
                .collect(Collectors.groupingBy(wh -> wh, Collectors.counting()))
                .entrySet()
                .stream()
                .mapToLong(e -> e.getKey() + e.getKey() * e.getValue() / secondsPerStep)
                .sum();
    }
}
