package org.chargeproof.ocpi.tokens;

import java.util.Optional;
import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.model.AuthorizationInfo;
import org.chargeproof.ocpi.model.LocationReferences;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;
import org.jspecify.annotations.Nullable;

/** Has tokens, and knows who may charge. */
public interface TokenSource extends ObjectList.Source<Token> {
    /**
     * A driver shows a token now.
     *
     * @param where he wants to charge; null when the partner does not say
     * @return whether he may; empty for an unknown token
     */
    Optional<AuthorizationInfo> authorize(
            String partner, String uid, TokenType type, @Nullable LocationReferences where);
}
