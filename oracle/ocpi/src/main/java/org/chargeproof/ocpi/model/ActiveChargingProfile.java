package org.chargeproof.ocpi.model;

import java.time.Instant;

/** The profile that a charge point lives by, as it computed it. */
public record ActiveChargingProfile(Instant startDateTime, ChargingProfile chargingProfile) {}
