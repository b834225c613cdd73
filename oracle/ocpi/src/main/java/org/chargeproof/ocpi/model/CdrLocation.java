package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** The parts of a location that concern a bill, as they were. */
public record CdrLocation(
        @CiString(36) String id,
        @Text(255) @Nullable String name,
        @Text(45) String address,
        @Text(45) String city,
        @Text(10) @Nullable String postalCode,
        @Text(20) @Nullable String state,
        @Text(3) String country,
        GeoLocation coordinates,
        @CiString(36) String evseUid,
        @CiString(48) String evseId,
        @CiString(36) String connectorId,
        ConnectorType connectorStandard,
        ConnectorFormat connectorFormat,
        PowerType connectorPowerType) {}
