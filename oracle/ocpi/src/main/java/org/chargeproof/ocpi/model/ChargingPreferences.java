package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a driver wishes: when to leave, and how many kWh until then. */
public record ChargingPreferences(
        ProfileType profileType,
        @Nullable Instant departureTime,
        @Nullable BigDecimal energyNeed,
        @Nullable Boolean dischargeAllowed) {}
