package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import java.util.List;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** When price components hold: local times HH:MM and dates, kWh, A, W, seconds, days. */
public record TariffRestrictions(
        @Text(5) @Nullable String startTime,
        @Text(5) @Nullable String endTime,
        @Text(10) @Nullable String startDate,
        @Text(10) @Nullable String endDate,
        @Nullable BigDecimal minKwh,
        @Nullable BigDecimal maxKwh,
        @Nullable BigDecimal minCurrent,
        @Nullable BigDecimal maxCurrent,
        @Nullable BigDecimal minPower,
        @Nullable BigDecimal maxPower,
        @Nullable Integer minDuration,
        @Nullable Integer maxDuration,
        List<DayOfWeek> dayOfWeek,
        @Nullable ReservationRestrictionType reservation) {
    /** The same lists, unchangeable. */
    public TariffRestrictions {
        dayOfWeek = List.copyOf(dayOfWeek);
    }
}
