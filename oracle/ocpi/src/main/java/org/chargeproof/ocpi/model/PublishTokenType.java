package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** Whose apps may show a location that is not published. */
public record PublishTokenType(
        @CiString(36) @Nullable String uid,
        @Nullable TokenType type,
        @Text(64) @Nullable String visualNumber,
        @Text(64) @Nullable String issuer,
        @CiString(36) @Nullable String groupId) {}
