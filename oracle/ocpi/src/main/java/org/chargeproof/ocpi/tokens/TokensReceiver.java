package org.chargeproof.ocpi.tokens;

import java.util.Arrays;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PushedObjects;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;
import org.jspecify.annotations.Nullable;

/** The receiver's side of tokens (OCPI 2.2.1, 12.2.1): {@code COUNTRY/PARTY/TOKEN?type=TYPE}. */
public final class TokensReceiver extends PushedObjects<Token> {
    private static final int NOT_FOUND = 404;

    private final TokenSink sink;

    /** Tells of tokens. */
    public TokensReceiver(TokenSink sink) {
        super(ModuleId.TOKENS, Token.class, "GET", "PUT", "PATCH");
        this.sink = sink;
    }

    @Override
    protected @Nullable Token find(Call call, PartyId provider, String uid) {
        return sink.find(call.caller().partner(), provider, uid, type(call));
    }

    @Override
    protected boolean put(Call call, PartyId provider, Token token) {
        return sink.put(call.caller().partner(), provider, token);
    }

    @Override
    protected boolean isAt(Call call, PartyId provider, String uid, Token token) {
        return super.isAt(call, provider, uid, token) && token.type() == type(call);
    }

    @Override
    protected String mustBeAsAsked() {
        return "country_code, party_id and uid of the token must be those of the path, and its type that of the"
                + " parameter type (RFID without).";
    }

    @Override
    protected OcpiException unknown(String message) {
        return new OcpiException(NOT_FOUND, OcpiStatus.UNKNOWN_TOKEN, message);
    }

    /** The type that the parameter names; RFID without. */
    static TokenType type(Call call) {
        String type = call.parameter("type").orElse(TokenType.RFID.name());
        return Arrays.stream(TokenType.values())
                .filter(each -> each.name().equals(type))
                .findFirst()
                .orElseThrow(() -> new BadObjectException(
                        "type", BadObjectException.shown(type) + " is none of " + Arrays.toString(TokenType.values())));
    }
}
