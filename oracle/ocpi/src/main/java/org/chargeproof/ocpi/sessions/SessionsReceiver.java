package org.chargeproof.ocpi.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.chargeproof.ocpi.http.Answer;
import org.chargeproof.ocpi.http.Call;
import org.chargeproof.ocpi.http.Locks;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Session;
import org.jspecify.annotations.Nullable;

/** The receiver's side of sessions: {@code COUNTRY/PARTY/SESSION}. What is older than what is known is answered as taken, and is not. */
public final class SessionsReceiver implements OcpiModule {
    private static final int SEGMENTS = 3;
    private static final int MOST_PERIODS = 10_000;
    private static final String PERIODS = "charging_periods";

    private final SessionSink sink;
    // what is read, changed and put must be one session's
    private final Locks locks = new Locks();

    /** Tells of sessions. */
    public SessionsReceiver(SessionSink sink) {
        this.sink = sink;
    }

    @Override
    public ModuleId id() {
        return ModuleId.SESSIONS;
    }

    @Override
    public InterfaceRole role() {
        return InterfaceRole.RECEIVER;
    }

    @Override
    public Answer answer(Call call) {
        if (call.path().size() != SEGMENTS) {
            throw OcpiException.notFound("the path must be COUNTRY/PARTY/SESSION.");
        }
        PartyId operator = call.caller().own(call.path().get(0), call.path().get(1));
        String id = call.id(2);
        ReentrantLock lock = locks.of(operator + "/" + id.toUpperCase(Locale.ROOT));
        lock.lock();
        try {
            Session known = sink.find(call.caller().partner(), operator, id);
            return switch (call.method()) {
                case "GET" -> Answer.ok(call.tell(require(known, id)));
                case "PUT" -> put(call, operator, id, known, call.read(Session.class));
                case "PATCH" -> put(call, operator, id, known, patched(require(known, id), call.patch(Session.class)));
                default -> throw OcpiException.methodNotAllowed(call.method() + " is none of GET, PUT, PATCH.");
            };
        } finally {
            lock.unlock();
        }
    }

    private Answer put(Call call, PartyId operator, String id, @Nullable Session known, Session session) {
        boolean isSame = session.id().equalsIgnoreCase(id)
                && new PartyId(session.countryCode(), session.partyId()).equals(operator);
        if (!isSame) {
            throw OcpiException.invalid("country_code, party_id and id of the session must be those of the path.");
        }
        if (known != null && session.lastUpdated().isBefore(known.lastUpdated())) {
            return Answer.pushed(false);
        }
        return Answer.pushed(sink.put(call.caller().partner(), operator, session));
    }

    /** Periods of a PATCH are added to those that there are. */
    private static Session patched(Session known, JsonNode patch) {
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

    private static Session require(@Nullable Session session, String id) {
        if (session == null) {
            throw OcpiException.notFound("the session " + BadObjectException.shown(id) + " is unknown. PUT it.");
        }
        return session;
    }
}
