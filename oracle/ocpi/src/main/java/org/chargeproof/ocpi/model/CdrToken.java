package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;

/** The token that a session was started with. */
public record CdrToken(
        @CiString(2) String countryCode,
        @CiString(3) String partyId,
        @CiString(36) String uid,
        TokenType type,
        @CiString(36) String contractId) {}
