package org.chargeproof.simulation;

import org.jspecify.annotations.Nullable;

/**
 * A car at a charge point: what its driver says, and what happens. Seconds count from the simulation's start.
 *
 * @param point place of the charge point in its group
 * @param departureSeconds when its driver says that it leaves
 * @param plugOutSeconds when it leaves
 * @param statedWh what its driver asks for
 * @param takesWh what it takes if it can
 * @param carMaxW what the car draws at most, whatever the charge point gives
 * @param tapers whether it draws less and less over the last fifth of its energy, as batteries do
 * @param asks when and how its driver asks; null for when it is plugged in, as is usual at the site
 */
record Visit(
        int point,
        long plugInSeconds,
        long departureSeconds,
        long plugOutSeconds,
        int statedWh,
        int takesWh,
        int carMaxW,
        boolean tapers,
        @Nullable Asking asks) {
    private static final int TAPER_FROM = 5;
    private static final int LEAST_TAPER_PERCENT = 10;

    /**
     * A request as it was made.
     *
     * @param step in whose plan it can be decided; before that of the plug-in for a reservation
     * @param leastWh the least that the driver takes as an answer
     * @param joins whether the planner may choose when the car charges
     */
    record Asking(int step, int leastWh, boolean joins) {}

    /** A driver that asks when its car is plugged in, as is usual at the site. */
    Visit(
            int point,
            long plugInSeconds,
            long departureSeconds,
            long plugOutSeconds,
            int statedWh,
            int takesWh,
            int carMaxW,
            boolean tapers) {
        this(point, plugInSeconds, departureSeconds, plugOutSeconds, statedWh, takesWh, carMaxW, tapers, null);
    }

    /** In whose plan it can be decided. */
    int askStep() {
        return asks == null ? firstStep() : asks.step();
    }

    /** First whole step at the charge point. */
    int firstStep() {
        return (int) Math.ceilDiv(plugInSeconds, Site.STEP_SECONDS);
    }

    /** Step after the last whole one before the stated departure. */
    int departureStep() {
        return (int) (departureSeconds / Site.STEP_SECONDS);
    }

    /** The same with no more energy than the charge point can give in the whole steps of the stay; none if there is no such step. */
    Visit inWholeSteps(int ratedW) {
        long mostWh = (long) Math.max(0, departureStep() - firstStep()) * (ratedW / Site.STEPS_PER_HOUR);
        return withAtMost(mostWh, mostWh);
    }

    /** The same with no more energy than the charge point can give in the seconds of the stay. */
    Visit inSeconds(int ratedW) {
        long statedMostWh = (departureSeconds - plugInSeconds) * (ratedW / Site.STEPS_PER_HOUR) / Site.STEP_SECONDS;
        long mostWh = (plugOutSeconds - plugInSeconds) * (ratedW / Site.STEPS_PER_HOUR) / Site.STEP_SECONDS;
        return withAtMost(statedMostWh, mostWh);
    }

    private Visit withAtMost(long statedMostWh, long takesMostWh) {
        return new Visit(
                point,
                plugInSeconds,
                departureSeconds,
                plugOutSeconds,
                (int) Math.min(statedMostWh, statedWh),
                (int) Math.min(takesMostWh, takesWh),
                carMaxW,
                tapers,
                asks);
    }

    /** How long the car stands there in a step, in seconds. */
    int presentSeconds(int step) {
        long from = Math.max(plugInSeconds, (long) step * Site.STEP_SECONDS);
        long to = Math.min(plugOutSeconds, (step + 1L) * Site.STEP_SECONDS);
        return (int) Math.max(0, to - from);
    }

    /** What the car draws at most in a whole step, when so much of its energy is missing. */
    int mostWh(int remainingWh) {
        int whole = carMaxW / Site.STEPS_PER_HOUR;
        if (!tapers || (long) remainingWh * TAPER_FROM >= takesWh) {
            return whole;
        }
        long percent = Math.max(LEAST_TAPER_PERCENT, 100L * remainingWh * TAPER_FROM / takesWh);
        return (int) (whole * percent / 100);
    }
}
