package org.chargeproof.ocpi.tokens;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.Locks;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.OcpiStatus;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;
import org.jspecify.annotations.Nullable;

/** The receiver's side of tokens (OCPI 2.2.1, 12.2.1): {@code COUNTRY/PARTY/TOKEN?type=TYPE}. What is older than what is known is answered as taken, and is not. */
public final class TokensReceiver implements OcpiModule {
    private static final int SEGMENTS = 3;
    private static final int NOT_FOUND = 404;

    private final TokenSink sink;
    // what is read, changed and put must be one token's
    private final Locks locks = new Locks();

    /** Tells of tokens. */
    public TokensReceiver(TokenSink sink) {
        this.sink = sink;
    }

    @Override
    public ModuleId id() {
        return ModuleId.TOKENS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public Answer answer(Call call) {
        if (call.path().size() != SEGMENTS) {
            throw OcpiException.notFound("the path must be COUNTRY/PARTY/TOKEN.");
        }
        PartyId provider = call.caller().own(call.path().get(0), call.path().get(1));
        String uid = call.id(2);
        TokenType type = type(call);
        ReentrantLock lock = locks.of(provider + "/" + uid.toUpperCase(Locale.ROOT) + "/" + type);
        lock.lock();
        try {
            Token known = sink.find(call.caller().partner(), provider, uid, type);
            return switch (call.method()) {
                case "GET" -> Answer.ok(call.tell(require(known, uid)));
                case "PUT" -> put(call, provider, uid, type, known, call.read(Token.class));
                case "PATCH" ->
                    put(
                            call,
                            provider,
                            uid,
                            type,
                            known,
                            OcpiJson.patch(require(known, uid), call.patch(Token.class), Token.class));
                default -> throw OcpiException.methodNotAllowed(call.method() + " is none of GET, PUT, PATCH.");
            };
        } finally {
            lock.unlock();
        }
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

    private Answer put(Call call, PartyId provider, String uid, TokenType type, @Nullable Token known, Token token) {
        boolean isSame = token.uid().equalsIgnoreCase(uid)
                && token.type() == type
                && new PartyId(token.countryCode(), token.partyId()).equals(provider);
        if (!isSame) {
            throw OcpiException.invalid(
                    "country_code, party_id and uid of the token must be those of the path, and its type that of the"
                            + " parameter type (RFID without).");
        }
        if (known != null && token.lastUpdated().isBefore(known.lastUpdated())) {
            return Answer.pushed(false);
        }
        return Answer.pushed(sink.put(call.caller().partner(), provider, token));
    }

    private static Token require(@Nullable Token token, String uid) {
        if (token == null) {
            throw new OcpiException(
                    NOT_FOUND,
                    OcpiStatus.UNKNOWN_TOKEN,
                    "the token " + BadObjectException.shown(uid) + " is unknown. PUT it.");
        }
        return token;
    }
}
