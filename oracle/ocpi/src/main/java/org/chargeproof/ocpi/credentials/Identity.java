package org.chargeproof.ocpi.credentials;

import java.util.List;
import java.util.function.Supplier;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Credentials;
import org.chargeproof.ocpi.model.CredentialsRole;

/**
 * Who we are to partners, and what we need of them.
 *
 * @param versionsUrl where our versions are; asked for when the server listens
 * @param roles the parties that we act for; the first one's name is on what we send
 * @param needs modules that partners must have
 */
public record Identity(Supplier<String> versionsUrl, List<CredentialsRole> roles, List<Need> needs) {
    /** The same lists, unchangeable. */
    public Identity {
        roles = List.copyOf(roles);
        needs = List.copyOf(needs);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("there is no role; name at least one party that this platform acts for");
        }
    }

    /** The party that sends. */
    public PartyId party() {
        return PartyId.of(roles.getFirst());
    }

    Credentials credentials(String token) {
        return new Credentials(token, versionsUrl.get(), roles);
    }
}
