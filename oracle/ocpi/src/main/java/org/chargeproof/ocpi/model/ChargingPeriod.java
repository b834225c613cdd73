package org.chargeproof.ocpi.model;

import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.NonEmpty;
import org.jspecify.annotations.Nullable;

/** A part of a session in which nothing relevant to prices changed. */
public record ChargingPeriod(
        Instant startDateTime,
        @NonEmpty List<CdrDimension> dimensions,
        @CiString(36) @Nullable String tariffId) {
    /** The same lists, unchangeable. */
    public ChargingPeriod {
        dimensions = List.copyOf(dimensions);
    }
}
