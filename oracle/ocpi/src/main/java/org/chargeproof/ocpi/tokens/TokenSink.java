package org.chargeproof.ocpi.tokens;

import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;
import org.jspecify.annotations.Nullable;

/** Hears of tokens. A token is known by its uid and type, for one provider alone, and without regard to case. */
public interface TokenSink {
    /** A token as it was put last; null when it is unknown. */
    @Nullable
    Token find(String partner, PartyId provider, String uid, TokenType type);

    /**
     * A token is new or has changed. It is on disk, if it is to be, when this returns.
     *
     * @return whether it is new
     * @throws org.chargeproof.ocpi.http.OcpiException to refuse it
     */
    boolean put(String partner, PartyId provider, Token token);
}
