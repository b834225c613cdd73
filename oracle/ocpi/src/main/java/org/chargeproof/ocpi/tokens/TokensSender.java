package org.chargeproof.ocpi.tokens;

import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.LocationReferences;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;

/** The sender's side of tokens (OCPI 2.2.1, 12.2.2): a list, and {@code TOKEN/authorize}. */
public final class TokensSender extends ObjectList<Token> {
    private static final int NOT_FOUND = 404;

    private final TokenSource source;

    /** Tells of tokens. */
    public TokensSender(TokenSource source) {
        super(ModuleId.TOKENS, false, source);
        this.source = source;
    }

    @Override
    protected Answer below(Call call) {
        if (call.path().size() != 2 || !call.path().get(1).equals("authorize")) {
            throw OcpiException.notFound("the path must be TOKEN/authorize.");
        }
        call.requireMethod("POST");
        String uid = call.id(0);
        TokenType type = TokensReceiver.type(call);
        LocationReferences where = call.body() == null ? null : call.read(LocationReferences.class);
        return source.authorize(call.caller().partner(), uid, type, where)
                .map(info -> Answer.ok(call.tell(info)))
                .orElseThrow(() -> new OcpiException(
                        NOT_FOUND,
                        OcpiStatus.UNKNOWN_TOKEN,
                        "the token " + BadObjectException.shown(uid) + " is unknown."));
    }
}
