package org.chargeproof.ocpi.model;

import java.time.Instant;

/** A time when a location is open or closed by exception. */
public record ExceptionalPeriod(Instant periodBegin, Instant periodEnd) {}
