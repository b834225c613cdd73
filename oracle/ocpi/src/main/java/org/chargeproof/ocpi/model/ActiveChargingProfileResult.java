package org.chargeproof.ocpi.model;

import org.jspecify.annotations.Nullable;

/** What came of asking for the active profile. */
public record ActiveChargingProfileResult(
        ChargingProfileResultType result, @Nullable ActiveChargingProfile profile) {}
