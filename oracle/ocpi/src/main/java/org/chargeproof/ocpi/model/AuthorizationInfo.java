package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;
import org.jspecify.annotations.Nullable;

/** Whether a token may charge, and where. */
public record AuthorizationInfo(
        AllowedType allowed,
        Token token,
        @Nullable LocationReferences location,
        @CiString(36) @Nullable String authorizationReference,
        @Nullable DisplayText info) {}
