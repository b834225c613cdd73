package org.chargeproof.simulation;

import java.util.SplittableRandom;

/**
 * How people and cars differ from what was said: the same seed gives the same behavior.
 *
 * @param cars what cars draw
 * @param earlyPercent how many drivers leave before they said, in percent
 * @param earlyPartPercent by how much of their stay at most, in percent
 * @param askFactor drivers ask for so many times what they take
 */
record Behavior(Cars cars, int earlyPercent, int earlyPartPercent, double askFactor, long seed) {
    static final Behavior AS_STATED = new Behavior(Cars.RATED, 0, 0, 1, 1);
    private static final int[] SLOW_CARS_W = {3_300, 3_680, 7_360};

    /** What cars draw. */
    enum Cars {
        /** What the charge point gives. */
        RATED,
        /** 3.3, 3.68 or 7.36 kW: the least of them that the session's mean power fits under. */
        SLOW,
        /** As rated, and less and less over the last fifth of the energy. */
        TAPERING
    }

    /** Applies itself to all cars of a group. */
    Site of(Site site) {
        var random = new SplittableRandom(seed * 31 + site.name().hashCode());
        return site.with(site.visits().stream().map(v -> of(v, random)).toList());
    }

    private Visit of(Visit v, SplittableRandom random) {
        int carMaxW = v.carMaxW();
        int takesWh = v.takesWh();
        int statedWh = v.statedWh();
        if (cars == Cars.SLOW) {
            carMaxW = Math.min(carMaxW, slowCarW(v));
            // what the car cannot take in whole steps it would not have taken on that day either
            int steps = Math.max(0, v.departureStep() - v.firstStep());
            takesWh = Math.min(takesWh, steps * (carMaxW / Site.STEPS_PER_HOUR));
            statedWh = Math.min(statedWh, takesWh);
        }
        if (askFactor != 1) {
            statedWh = (int) Math.round(statedWh * askFactor);
        }
        long plugOut = v.plugOutSeconds();
        boolean early = random.nextDouble() * 100 < earlyPercent;
        double part = random.nextDouble() * earlyPartPercent / 100;
        if (early) {
            plugOut -= (long) (part * (plugOut - v.plugInSeconds()));
        }
        return new Visit(
                v.point(),
                v.plugInSeconds(),
                v.departureSeconds(),
                plugOut,
                statedWh,
                takesWh,
                carMaxW,
                cars == Cars.TAPERING);
    }

    private static int slowCarW(Visit v) {
        double meanW = v.takesWh() * 3600.0 / Math.max(1, v.plugOutSeconds() - v.plugInSeconds());
        for (int w : SLOW_CARS_W) {
            if (meanW <= w) {
                return w;
            }
        }
        return Integer.MAX_VALUE;
    }
}
