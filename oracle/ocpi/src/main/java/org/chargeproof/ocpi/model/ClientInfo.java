package org.chargeproof.ocpi.model;

import java.time.Instant;
import org.chargeproof.ocpi.json.CiString;

/** A party behind a hub, and whether it can be reached. */
public record ClientInfo(
        @CiString(3) String partyId,
        @CiString(2) String countryCode,
        Role role,
        ConnectionStatus status,
        Instant lastUpdated) {}
