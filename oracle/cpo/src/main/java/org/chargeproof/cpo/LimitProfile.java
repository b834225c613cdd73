package org.chargeproof.cpo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.ChargingProfile;
import org.chargeproof.ocpi.model.ChargingProfilePeriod;
import org.chargeproof.ocpi.model.ChargingRateUnit;
import org.jspecify.annotations.Nullable;

/** A profile as a charge point keeps it: whole watts that count for it, over unix seconds. */
final class LimitProfile {
    /** More than {@code ocpi}'s Limits ever makes. */
    static final int MOST_PERIODS = 1_024;

    /** Three phases of 230 V. */
    static final int WATTS_PER_AMPERE = 690;

    private static final BigDecimal MOST_LIMIT = BigDecimal.valueOf(100_000_000);
    private static final int MOST_DURATION_SECONDS = 366 * 86_400;
    /** A profile that has not begun leaves a charge point with its default. */
    private static final int MOST_AHEAD_SECONDS = 86_400;

    private final ChargingProfile original;
    private final long startSecond;
    private final long endSecond;
    private final int[] offsetSeconds;
    private final int[] powerW;

    /** Is told of a span of time in which a limit does not change. */
    @FunctionalInterface
    interface Pieces {
        void piece(long fromSecond, long toSecond, int powerW, LimitSource source);
    }

    /**
     * A profile for a charge point. Its start is cut to the second.
     *
     * @param sessionSecond when a profile without a start begins
     */
    LimitProfile(ChargingProfile original, StationData data, long sessionSecond) {
        this.original = original;
        this.startSecond = original.startDateTime() == null
                ? sessionSecond
                : original.startDateTime().getEpochSecond();
        Integer duration = original.duration();
        this.endSecond = duration == null ? Long.MAX_VALUE : startSecond + duration;
        List<ChargingProfilePeriod> periods = original.chargingProfilePeriod();
        this.offsetSeconds =
                periods.stream().mapToInt(ChargingProfilePeriod::startPeriod).toArray();
        boolean isAmpere = original.chargingRateUnit() == ChargingRateUnit.A;
        BigDecimal watts = BigDecimal.valueOf(isAmpere ? WATTS_PER_AMPERE : 1);
        this.powerW = periods.stream()
                .mapToInt(each -> data.counted(each.limit()
                        .multiply(watts)
                        .setScale(0, RoundingMode.DOWN)
                        .longValueExact()))
                .toArray();
    }

    /**
     * Refuses what no charge point could follow, or what would cost this one too much.
     *
     * @throws BadObjectException with the field, the value and the limit
     */
    static void require(ChargingProfile profile, long nowSecond) {
        String at = "charging_profile.charging_profile_period";
        List<ChargingProfilePeriod> periods = profile.chargingProfilePeriod();
        if (periods.isEmpty() || periods.size() > MOST_PERIODS) {
            throw new BadObjectException(
                    at, "has " + periods.size() + " periods; it must have 1 to " + MOST_PERIODS + ". Send fewer");
        }
        if (periods.getFirst().startPeriod() != 0) {
            throw new BadObjectException(
                    at + "[0].start_period", "is " + periods.getFirst().startPeriod() + "; the first must be 0");
        }
        int before = -1;
        for (int i = 0; i < periods.size(); i++) {
            ChargingProfilePeriod period = periods.get(i);
            if (period.startPeriod() <= before) {
                throw new BadObjectException(
                        at + "[" + i + "].start_period",
                        "is " + period.startPeriod() + " after one of " + before + "; they must rise");
            }
            before = period.startPeriod();
            requireRate(at + "[" + i + "].limit", period.limit());
        }
        requireRate("charging_profile.min_charging_rate", profile.minChargingRate());
        Integer duration = profile.duration();
        if (duration != null && (duration < 1 || duration > MOST_DURATION_SECONDS)) {
            throw new BadObjectException(
                    "charging_profile.duration",
                    "is " + duration + " s; it must be from 1 to " + MOST_DURATION_SECONDS + " s, or left out");
        }
        if (profile.startDateTime() != null
                && profile.startDateTime().getEpochSecond() > nowSecond + MOST_AHEAD_SECONDS) {
            throw new BadObjectException(
                    "charging_profile.start_date_time",
                    "is " + profile.startDateTime() + "; it must be at most " + MOST_AHEAD_SECONDS
                            + " s ahead, as no limit holds before it");
        }
    }

    private static void requireRate(String field, @Nullable BigDecimal rate) {
        if (rate != null && (rate.signum() < 0 || rate.compareTo(MOST_LIMIT) > 0)) {
            throw new BadObjectException(field, "is " + rate + "; it must be from 0 to " + MOST_LIMIT.toPlainString());
        }
    }

    ChargingProfile original() {
        return original;
    }

    long startSecond() {
        return startSecond;
    }

    /** The first second at which it does not hold any more; the largest number for never. */
    long endSecond() {
        return endSecond;
    }

    /** Tells of the pieces of a span in which it holds: from its start on, up to its end. */
    void walk(long fromSecond, long toSecond, Pieces pieces) {
        int last = powerW.length - 1;
        int i = indexAt(fromSecond);
        for (long from = fromSecond; from < toSecond; i++) {
            long to = i == last ? toSecond : Math.min(toSecond, startSecond + offsetSeconds[i + 1]);
            pieces.piece(from, to, powerW[i], i == last && last > 0 ? LimitSource.LAST_PERIOD : LimitSource.PROFILE);
            from = to;
        }
    }

    private int indexAt(long second) {
        int low = 0;
        int high = offsetSeconds.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (startSecond + offsetSeconds[middle] <= second) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
