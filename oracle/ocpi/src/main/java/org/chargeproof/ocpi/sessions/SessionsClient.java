package org.chargeproof.ocpi.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.credentials.Pull;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PathSegment;
import org.chargeproof.ocpi.http.Reply;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Session;

/** Pushes and pulls sessions, and sends what drivers wish. Its methods wait, and throw what {@link PartnerClient#call} throws. */
public final class SessionsClient {
    private final PartnerClient peers;

    /** Calls partners by this client. */
    public SessionsClient(PartnerClient peers) {
        this.peers = peers;
    }

    /** Pushes a session to a partner. */
    public void put(String partner, PartyId to, Session session) {
        peers.put(partner, ModuleId.SESSIONS, to, session);
    }

    /**
     * Pushes changes of a session.
     *
     * @param session whose changes they are
     * @param changes in 2.2.1, {@code last_updated} among them
     */
    public void patch(String partner, PartyId to, Session session, ObjectNode changes) {
        JsonNode body = peers.partner(partner).edge().fromOurs(changes, Session.class);
        String url = peers.receiver(partner, ModuleId.SESSIONS, PartyId.of(session), session.id());
        peers.call(partner, "PATCH", url, to, body);
    }

    /** Pulls the sessions that changed since. */
    public Pull<Session> pull(String partner, PartyId to, Instant since) {
        String url = peers.endpoint(partner, ModuleId.SESSIONS, InterfaceRole.SENDER);
        return Pull.all(
                peers, partner, url + "?date_from=" + PathSegment.encoded(OcpiTime.format(since)), to, Session.class);
    }

    /** Sends what a driver wishes, and returns whether it is possible. */
    public ChargingPreferencesResponse prefer(
            String partner, PartyId to, String sessionId, ChargingPreferences preferences) {
        String url = peers.endpoint(partner, ModuleId.SESSIONS, InterfaceRole.SENDER) + "/"
                + PathSegment.encoded(sessionId) + "/charging_preferences";
        Reply reply = peers.call(partner, "PUT", url, to, OcpiJson.tree(preferences));
        String answer = reply.data() == null ? "" : reply.data().asText();
        try {
            return ChargingPreferencesResponse.valueOf(answer);
        } catch (IllegalArgumentException e) {
            throw new BadObjectException(
                    "data", BadObjectException.shown(answer) + " is no ChargingPreferencesResponse");
        }
    }
}
