package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Limits over time, in W of all phases together or A of each phase; {@code duration} in seconds. */
public record ChargingProfile(
        @Nullable Instant startDateTime,
        @Nullable Integer duration,
        ChargingRateUnit chargingRateUnit,
        @Nullable BigDecimal minChargingRate,
        List<ChargingProfilePeriod> chargingProfilePeriod) {
    /** The same lists, unchangeable. */
    public ChargingProfile {
        chargingProfilePeriod = List.copyOf(chargingProfilePeriod);
    }
}
