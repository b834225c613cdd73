package org.chargeproof.ocpi.model;

import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.Url;
import org.jspecify.annotations.Nullable;

/**
 * A socket or cable: {@code max_voltage} in V between phase and neutral for AC, {@code max_amperage} in A, {@code
 * max_electric_power} in W.
 */
public record Connector(
        @CiString(36) String id,
        ConnectorType standard,
        ConnectorFormat format,
        PowerType powerType,
        int maxVoltage,
        int maxAmperage,
        @Nullable Integer maxElectricPower,
        @CiString(36) List<String> tariffIds,
        @Url @Nullable String termsAndConditions,
        Instant lastUpdated) {
    /** The same lists, unchangeable. */
    public Connector {
        tariffIds = List.copyOf(tariffIds);
    }
}
