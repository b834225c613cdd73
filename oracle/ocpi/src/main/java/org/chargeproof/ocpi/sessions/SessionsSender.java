package org.chargeproof.ocpi.sessions;

import com.fasterxml.jackson.databind.node.TextNode;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.ObjectList;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Session;

/** The sender's side of sessions: a list, and {@code SESSION/charging_preferences}. */
public final class SessionsSender extends ObjectList<Session> {
    private final SessionSource source;

    /** Tells of sessions. */
    public SessionsSender(SessionSource source) {
        super(ModuleId.SESSIONS, true, source);
        this.source = source;
    }

    @Override
    protected Answer below(Call call) {
        if (call.path().size() != 2 || !call.path().get(1).equals("charging_preferences")) {
            throw OcpiException.notFound("the path must be SESSION/charging_preferences.");
        }
        call.requireMethod("PUT");
        String id = call.id(0);
        ChargingPreferences preferences = call.read(ChargingPreferences.class);
        if (preferences.energyNeed() != null && preferences.energyNeed().signum() < 0) {
            throw new BadObjectException(
                    "energy_need", "is " + preferences.energyNeed() + " kWh; it must not be negative");
        }
        return source.prefer(call.caller().partner(), id, preferences)
                .map(response -> Answer.ok(TextNode.valueOf(response.name())))
                .orElseThrow(() -> OcpiException.notFound(
                        "there is no session " + BadObjectException.shown(id) + " that takes charging preferences."));
    }
}
