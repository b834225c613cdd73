package org.chargeproof.ocpi.profiles;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a session may take from a time on: steps, and what holds after the last one until something else is said. It becomes a profile
 * without a duration, because at the end of a duration a charge point goes back to its own maximum.
 *
 * @param start when the first step begins
 * @param unit of all limits
 * @param steps in order; the first begins at 0 seconds
 * @param fallbackSeconds when the fallback begins, in seconds after the start
 * @param fallback the limit that holds from then on
 * @param minChargingRate below which the car charges badly or not at all; null when unknown
 */
public record Limits(
        Instant start,
        ChargingRateUnit unit,
        List<Step> steps,
        int fallbackSeconds,
        BigDecimal fallback,
        @Nullable BigDecimal minChargingRate) {
    private static final int DECIMALS = 1;
    private static final int MOST_STEPS = 1000;
    private static final BigDecimal MOST = BigDecimal.valueOf(100_000_000);

    /**
     * A limit.
     *
     * @param seconds after the start
     * @param limit from then on
     */
    public record Step(int seconds, BigDecimal limit) {}

    /**
     * A profile as it is sent.
     *
     * @param profile whose limits have one decimal
     * @param loss the most that rounding took from a limit, in its unit
     */
    public record Sent(ChargingProfile profile, BigDecimal loss) {}

    /**
     * Limits of a session.
     *
     * @throws IllegalArgumentException when there is no step, steps are not in order, or a limit is negative or larger than 100 million
     */
    public Limits {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.size() > MOST_STEPS || steps.getFirst().seconds() != 0) {
            throw new IllegalArgumentException(
                    "there must be 1 to " + MOST_STEPS + " steps, and the first begins at 0 s");
        }
        int before = -1;
        for (Step step : steps) {
            require(step.limit());
            if (step.seconds() <= before) {
                throw new IllegalArgumentException(
                        "a step at " + step.seconds() + " s follows one at " + before + " s");
            }
            before = step.seconds();
        }
        require(fallback);
        if (fallbackSeconds <= before) {
            throw new IllegalArgumentException(
                    "the fallback at " + fallbackSeconds + " s follows a step at " + before + " s");
        }
        if (minChargingRate != null) {
            require(minChargingRate);
        }
    }

    /** The profile: limits are rounded down, the least rate up, so that nothing becomes more than it was meant to be. */
    public Sent toProfile() {
        BigDecimal loss = BigDecimal.ZERO;
        List<ChargingProfilePeriod> periods = new ArrayList<>();
        for (Step step : steps) {
            BigDecimal limit = step.limit().setScale(DECIMALS, RoundingMode.DOWN);
            loss = loss.max(step.limit().subtract(limit));
            periods.add(new ChargingProfilePeriod(step.seconds(), limit));
        }
        BigDecimal last = fallback.setScale(DECIMALS, RoundingMode.DOWN);
        loss = loss.max(fallback.subtract(last));
        periods.add(new ChargingProfilePeriod(fallbackSeconds, last));
        BigDecimal min = minChargingRate == null ? null : minChargingRate.setScale(DECIMALS, RoundingMode.UP);
        return new Sent(new ChargingProfile(start, null, unit, min, periods), loss);
    }

    private static void require(BigDecimal limit) {
        if (limit.signum() < 0 || limit.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "a limit of " + limit + "; it must be from 0 to " + MOST.toPlainString());
        }
    }
}
