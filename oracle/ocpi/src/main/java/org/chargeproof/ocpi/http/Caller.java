package org.chargeproof.ocpi.http;

import java.util.Set;

/**
 * Who sent a request, by its credentials token.
 *
 * @param partner our name of the platform
 * @param parties whom it acts for; what it pushes must be theirs
 * @param token the credentials token that it showed
 * @param isInvited it has a token for the registration and nothing else
 * @param isRegistered the registration with it is complete on our side
 */
public record Caller(String partner, Set<PartyId> parties, String token, boolean isInvited, boolean isRegistered) {
    /** The same set, unchangeable. */
    public Caller {
        parties = Set.copyOf(parties);
    }

    /**
     * The party of a path, if the caller acts for it.
     *
     * @throws OcpiException 404 if not: what others own is not even there
     */
    public PartyId own(String countryCode, String partyId) {
        PartyId party = new PartyId(countryCode, partyId);
        if (!parties.contains(party)) {
            throw OcpiException.notFound(party + " is no party of this credentials token. Send its credentials first.");
        }
        return party;
    }

    @Override
    public String toString() {
        return partner;
    }
}
