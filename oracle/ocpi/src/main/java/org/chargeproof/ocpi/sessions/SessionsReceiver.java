package org.chargeproof.ocpi.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.PushedObjects;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Session;
import org.jspecify.annotations.Nullable;

/** The receiver's side of sessions: {@code COUNTRY/PARTY/SESSION}. */
public final class SessionsReceiver extends PushedObjects<Session> {
    private static final int MOST_PERIODS = 10_000;
    private static final String PERIODS = "charging_periods";

    private final ObjectSink<Session> sink;

    /** Tells of sessions. */
    public SessionsReceiver(ObjectSink<Session> sink) {
        super(ModuleId.SESSIONS, Session.class, "GET", "PUT", "PATCH");
        this.sink = sink;
    }

    @Override
    protected @Nullable Session find(Call call, PartyId operator, String id) {
        return sink.find(call.caller().partner(), operator, id);
    }

    @Override
    protected boolean put(Call call, PartyId operator, Session session) {
        return sink.put(call.caller().partner(), operator, session);
    }

    /** Periods of a PATCH are added to those that there are. */
    @Override
    protected Session patched(Session known, Call call) {
        JsonNode patch = call.patch(Session.class);
        if (!patch.isObject()) {
            throw new BadObjectException("", "must be an object");
        }
        ObjectNode whole = ((ObjectNode) patch).deepCopy();
        JsonNode added = whole.remove(PERIODS);
        Session after = OcpiJson.patch(known, whole, Session.class);
        if (added == null || added.isNull()) {
            return after;
        }
        if (!added.isArray()) {
            throw new BadObjectException(PERIODS, "must be a list");
        }
        if (known.chargingPeriods().size() + added.size() > MOST_PERIODS) {
            throw new BadObjectException(
                    PERIODS, "would be more than " + MOST_PERIODS + "; PUT the session with fewer");
        }
        ObjectNode tree = OcpiJson.tree(after);
        ArrayNode periods = tree.withArray(PERIODS);
        added.forEach(periods::add);
        return OcpiJson.read(tree, Session.class);
    }
}
