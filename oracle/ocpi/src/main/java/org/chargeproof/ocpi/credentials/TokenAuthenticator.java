package org.chargeproof.ocpi.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.chargeproof.ocpi.http.Authenticator;
import org.chargeproof.ocpi.http.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Knows partners by the tokens that they were given. Several tokens of a partner count at a time, until it has used a newer one that it
 * is known to have kept: then the older ones end.
 */
public final class TokenAuthenticator implements Authenticator {
    private final Partners partners;

    /** Knows these partners. */
    public TokenAuthenticator(Partners partners) {
        this.partners = partners;
    }

    @Override
    public @Nullable Caller authenticate(String token) {
        String sha256 = Tokens.sha256(token);
        Partner partner = partners.byIssued(sha256).orElse(null);
        if (partner == null) {
            return null;
        }
        boolean isInvited =
                partner.issued().stream().anyMatch(issued -> issued.sha256().equals(sha256) && issued.isInvitation());
        return new Caller(partner.id(), Set.copyOf(partner.parties()), token, isInvited, partner.isRegistered());
    }

    @Override
    public void used(Caller caller, boolean isFunctional) {
        String sha256 = Tokens.sha256(caller.token());
        Partner partner = partners.find(caller.partner()).orElse(null);
        if (partner == null || after(partner, sha256, isFunctional).equals(partner)) {
            return;
        }
        try {
            partners.change(caller.partner(), now -> after(now, sha256, isFunctional));
        } catch (NoSuchElementException e) {
            // it was unregistered in between
        }
    }

    /**
     * A token that the partner is known to have kept ends the older ones. One that it was told of, but has not confirmed, does not while the
     * partner may only be trying it: versions are asked for before it is kept.
     */
    private static Partner after(Partner partner, String sha256, boolean isFunctional) {
        List<IssuedToken> issued = partner.issued();
        for (int i = 0; i < issued.size(); i++) {
            IssuedToken token = issued.get(i);
            if (token.sha256().equals(sha256)) {
                if (token.isInvitation() || (!token.isSettled() && !isFunctional)) {
                    return partner;
                }
                List<IssuedToken> kept = new ArrayList<>(issued.subList(i, issued.size()));
                kept.set(0, token.settled());
                return partner.withIssued(kept);
            }
        }
        return partner;
    }
}
