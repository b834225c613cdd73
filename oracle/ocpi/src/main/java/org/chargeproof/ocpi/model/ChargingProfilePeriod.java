package org.chargeproof.ocpi.model;

import java.math.BigDecimal;

/** A limit that holds from {@code start_period} seconds after the profile's start, in the profile's unit. */
public record ChargingProfilePeriod(int startPeriod, BigDecimal limit) {}
