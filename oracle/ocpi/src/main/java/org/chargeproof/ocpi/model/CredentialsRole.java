package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;

/** A party that a platform acts for. */
public record CredentialsRole(
        Role role,
        BusinessDetails businessDetails,
        @CiString(3) String partyId,
        @CiString(2) String countryCode) {}
