package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** One charging session, as its operator tells it. {@code kwh} in kWh; {@code total_cost} in {@code currency}. */
public record Session(
        @CiString(2) String countryCode,
        @CiString(3) String partyId,
        @CiString(36) String id,
        Instant startDateTime,
        @Nullable Instant endDateTime,
        BigDecimal kwh,
        CdrToken cdrToken,
        AuthMethod authMethod,
        @CiString(36) @Nullable String authorizationReference,
        @CiString(36) String locationId,
        @CiString(36) String evseUid,
        @CiString(36) String connectorId,
        @Text(255) @Nullable String meterId,
        @Text(3) String currency,
        List<ChargingPeriod> chargingPeriods,
        @Nullable Price totalCost,
        SessionStatus status,
        Instant lastUpdated)
        implements OwnedObject {
    /** The same lists, unchangeable. */
    public Session {
        chargingPeriods = List.copyOf(chargingPeriods);
    }
}
