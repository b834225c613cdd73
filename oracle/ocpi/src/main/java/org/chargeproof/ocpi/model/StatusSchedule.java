package org.chargeproof.ocpi.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A status announced ahead. */
public record StatusSchedule(Instant periodBegin, @Nullable Instant periodEnd, Status status) {}
