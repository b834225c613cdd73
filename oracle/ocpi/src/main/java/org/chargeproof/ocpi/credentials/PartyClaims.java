package org.chargeproof.ocpi.credentials;

import java.util.HashSet;
import java.util.Set;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.Credentials;
import org.chargeproof.ocpi.model.CredentialsRole;

/** Whose party is whose: a platform must not speak in the name of another one's. */
final class PartyClaims {
    private static final int MOST_ROLES = 1000;

    private PartyClaims() {}

    static void check(String partner, Credentials theirs, Partners partners, Identity identity) {
        if (theirs.token().isEmpty() || theirs.token().chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new BadObjectException("token", "must have 1 to 64 printable ASCII characters without spaces");
        }
        if (theirs.roles().size() > MOST_ROLES) {
            throw new BadObjectException(
                    "roles", "has " + theirs.roles().size() + " entries; the limit is " + MOST_ROLES);
        }
        Set<String> roles = new HashSet<>();
        Set<PartyId> taken = new HashSet<>();
        identity.roles().forEach(ours -> taken.add(PartyId.of(ours)));
        for (Partner other : partners.all()) {
            if (!other.id().equals(partner)) {
                taken.addAll(other.parties());
            }
        }
        for (CredentialsRole role : theirs.roles()) {
            PartyId party = PartyId.of(role);
            if (!roles.add(role.role() + " " + party)) {
                throw new BadObjectException("roles", "has " + role.role() + " of " + party + " twice; once is enough");
            }
            if (taken.contains(party)) {
                throw new BadObjectException(
                        "roles", "has " + party + ", which another platform acts for. It has to give it up first");
            }
        }
    }
}
