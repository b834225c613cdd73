package org.chargeproof.ocpi.model;

import java.time.Instant;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.OwnedObject;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** What a driver shows to charge. */
public record Token(
        @CiString(2) String countryCode,
        @CiString(3) String partyId,
        @CiString(36) String uid,
        TokenType type,
        @CiString(36) String contractId,
        @Text(64) @Nullable String visualNumber,
        @Text(64) String issuer,
        @CiString(36) @Nullable String groupId,
        boolean valid,
        WhitelistType whitelist,
        @Text(2) @Nullable String language,
        @Nullable ProfileType defaultProfileType,
        @Nullable EnergyContract energyContract,
        Instant lastUpdated)
        implements OwnedObject {
    /** Beside its type. */
    @Override
    public String id() {
        return uid;
    }
}
