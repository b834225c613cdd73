package org.chargeproof.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.follow.NetworkTracker;
import org.chargeproof.view.model.TimestepRecord;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;

/** Finds what changed in the view since it looked last, and adds it to the ring. Called by one thread at a time. */
final class ChangeFeed {
    /** Later attestations make nothing final. */
    private static final int TIMESTEPS_WATCHED = 3;

    private static final int MOST_EVENTS_AT_ONCE = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Methods methods;
    private final EventRing ring;
    private long block = -1;
    private long nextSequence;
    private Map<Integer, String> outcomes = new HashMap<>();
    private Map<Integer, Session.Status> sessions = new HashMap<>();

    private record Event(String name, Object data) {}

    /** The newest block that the view has followed. */
    record BlockEvent(long block, long timestampSeconds, int timestep) {}

    /** A timestep has begun, or its gate has closed. */
    record TimestepChange(long sequence, String kind, int timestep, long block, boolean missed) {}

    /** A timestep's plan is final, or none will be. */
    record PlanEvent(int timestep, String outcome) {}

    /** A session is new, or has another status. */
    record SessionEvent(int session, String status, int chargePoint) {}

    ChangeFeed(Methods methods, EventRing ring) {
        this.methods = methods;
        this.ring = ring;
    }

    /** Looks. @return whether there was anything new */
    boolean look() {
        List<Event> events;
        try {
            events = methods.read(this::changes);
        } catch (RpcException e) {
            // the view is not there yet, or begins again
            return false;
        }
        events.stream().limit(MOST_EVENTS_AT_ONCE).forEach(event -> ring.add(event.name(), text(event.data())));
        return !events.isEmpty();
    }

    private List<Event> changes(NetworkTracker.Snapshot s) {
        var events = new ArrayList<Event>();
        long now = s.processed().number();
        if (now == block) {
            return events;
        }
        boolean isFirst = block < 0;
        block = now;
        events.add(new Event(
                "block",
                new BlockEvent(now, s.processed().timestampSeconds(), s.view().timestep())));
        for (TimestepEvent e : s.events().subList(known(s), s.events().size())) {
            if (!isFirst) {
                events.add(new Event(
                        "timestep",
                        new TimestepChange(e.sequence(), e.kind().name(), e.timestep(), e.block(), e.missed())));
            }
        }
        nextSequence = s.nextSequence();
        var outcomesNow = new HashMap<Integer, String>();
        for (int t = s.view().timestep() - TIMESTEPS_WATCHED; t <= s.view().timestep() + 2; t++) {
            String outcome = outcome(s.view().timestepRecord(t));
            if (!outcome.isEmpty()) {
                outcomesNow.put(t, outcome);
                if (!isFirst && !outcome.equals(outcomes.get(t))) {
                    events.add(new Event("plan", new PlanEvent(t, outcome)));
                }
            }
        }
        outcomes = outcomesNow;
        var sessionsNow = new HashMap<Integer, Session.Status>();
        for (var record : s.view().sessions()) {
            var session = record.session();
            sessionsNow.put(session.id(), session.status());
            if (!isFirst && session.status() != sessions.get(session.id())) {
                events.add(new Event(
                        "session",
                        new SessionEvent(
                                session.id(),
                                session.status().name(),
                                session.chargePoint().id())));
            }
        }
        sessions = sessionsNow;
        return events;
    }

    private int known(NetworkTracker.Snapshot s) {
        return (int) Math.clamp(
                nextSequence - s.firstSequence(), 0L, (long) s.events().size());
    }

    private static String outcome(@org.jspecify.annotations.Nullable TimestepRecord record) {
        if (record == null) {
            return "";
        }
        return record.finalCandidate() >= 0 ? "FINAL" : record.fallback() ? "FALLBACK" : "";
    }

    private static String text(Object data) {
        try {
            return JSON.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
