package org.chargeproof.ocpi.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.AuthorizationInfo;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.LocationReferences;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;
import org.jspecify.annotations.Nullable;

/** Pushes and pulls tokens, and asks whether one may charge. Its methods wait, and throw what {@link PartnerClient#call} throws. */
public final class TokensClient {
    private final PartnerClient peers;

    /** Calls partners by this client. */
    public TokensClient(PartnerClient peers) {
        this.peers = peers;
    }

    /** Pushes a token. */
    public void put(String partner, PartyId to, Token token) {
        String url = peers.receiver(partner, ModuleId.TOKENS, PartyId.of(token), token.uid());
        peers.put(partner, url + "?type=" + token.type().name(), to, token);
    }

    /** Pulls all tokens. */
    public Pull<Token> pull(String partner, PartyId to) {
        return Pull.all(
                peers, partner, peers.endpoint(partner, ModuleId.TOKENS, InterfaceRole.SENDER), to, Token.class);
    }

    /**
     * Asks whether who shows a token may charge.
     *
     * @param where null when that is open
     */
    public AuthorizationInfo authorize(
            String partner, PartyId to, String uid, TokenType type, @Nullable LocationReferences where) {
        String url = peers.endpoint(partner, ModuleId.TOKENS, InterfaceRole.SENDER) + "/" + PathSegment.encoded(uid)
                + "/authorize?type=" + type.name();
        JsonNode body = where == null ? null : OcpiJson.tree(where);
        return peers.call(partner, "POST", url, to, body)
                .read(peers.partner(partner).edge(), AuthorizationInfo.class);
    }
}
