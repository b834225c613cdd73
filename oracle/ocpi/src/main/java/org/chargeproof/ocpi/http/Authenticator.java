package org.chargeproof.ocpi.http;

import org.jspecify.annotations.Nullable;

/** Knows who has which credentials token. */
public interface Authenticator {
    /**
     * Whose token this is; null for nobody's. Answers from memory.
     *
     * @param token as it was before it was encoded for the header
     */
    @Nullable
    Caller authenticate(String token);

    /**
     * A caller used its token. Called on a thread that may wait for a disk, before the request is handled.
     *
     * @param isFunctional for something else than versions and credentials: the caller has taken the token into use
     */
    void used(Caller caller, boolean isFunctional);
}
