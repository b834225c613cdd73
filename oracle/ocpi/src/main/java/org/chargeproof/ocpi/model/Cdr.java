package org.chargeproof.ocpi.model;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.NonEmpty;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** What a session comes to in the end. {@code total_energy} in kWh, times in hours, costs in {@code currency}. */
public record Cdr(
        @CiString(2) String countryCode,
        @CiString(3) String partyId,
        @CiString(39) String id,
        Instant startDateTime,
        Instant endDateTime,
        @CiString(36) @Nullable String sessionId,
        CdrToken cdrToken,
        AuthMethod authMethod,
        @CiString(36) @Nullable String authorizationReference,
        CdrLocation cdrLocation,
        @Text(255) @Nullable String meterId,
        @Text(3) String currency,
        List<Tariff> tariffs,
        @NonEmpty List<ChargingPeriod> chargingPeriods,
        @Nullable SignedData signedData,
        Price totalCost,
        @Nullable Price totalFixedCost,
        BigDecimal totalEnergy,
        @Nullable Price totalEnergyCost,
        BigDecimal totalTime,
        @Nullable Price totalTimeCost,
        @Nullable BigDecimal totalParkingTime,
        @Nullable Price totalParkingCost,
        @Nullable Price totalReservationCost,
        @Text(255) @Nullable String remark,
        @CiString(39) @Nullable String invoiceReferenceId,
        @Nullable Boolean credit,
        @CiString(39) @Nullable String creditReferenceId,
        @Nullable Boolean homeChargingCompensation,
        Instant lastUpdated)
        implements OwnedObject {
    /** The same lists, unchangeable. */
    public Cdr {
        tariffs = List.copyOf(tariffs);
        chargingPeriods = List.copyOf(chargingPeriods);
    }
}
