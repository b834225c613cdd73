package org.chargeproof.ocpi.credentials;

/**
 * A credentials token by which a partner may call us. It is kept as a hash: who reads our disk cannot call us in a partner's name.
 *
 * @param sha256 of the token, in hex
 * @param isInvitation it is for the registration alone (CREDENTIALS_TOKEN_A)
 * @param isSettled the partner is known to have kept it before it uses it; its first use ends the older ones
 */
public record IssuedToken(String sha256, boolean isInvitation, boolean isSettled) {
    IssuedToken settled() {
        return new IssuedToken(sha256, isInvitation, true);
    }
}
