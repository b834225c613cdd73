package org.chargeproof.cpo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.chargeproof.ocpi.credentials.Partner;
import org.chargeproof.ocpi.credentials.PartnerClient;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.OcpiTime;
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.jspecify.annotations.Nullable;

/** Tells partners of sessions, locations and states; some at once. Used by one thread at a time. */
final class Pushes {
    private static final int AT_ONCE = 16;
    /** After so many calls in a row without an answer, a partner is not called for the rest of a report. */
    private static final int MOST_SILENT = 3;

    private final PartnerClient peers;
    private final SessionsClient sessionsClient;
    private final LocationsClient locationsClient;
    private final CpoLocations locations;
    /** By partner and charge point: the state that the partner knows. */
    private final Map<String, Status> toldStates = new ConcurrentHashMap<>();

    /** A charge point, the partner that hears of it, and sessions. */
    record Told(Station station, String partner, List<CpoSession> sessions) {}

    /** One call. */
    private record Task(String partner, String what, boolean isSession, Runnable call) {}

    /** What one report comes to. */
    private static final class Outcome {
        private final AtomicInteger sessions = new AtomicInteger();
        private final AtomicInteger locations = new AtomicInteger();
        private final ConcurrentLinkedQueue<PushReport.Failure> failures = new ConcurrentLinkedQueue<>();
        private final Map<String, AtomicInteger> silent = new ConcurrentHashMap<>();

        AtomicInteger silent(String partner) {
            return silent.computeIfAbsent(partner, p -> new AtomicInteger());
        }
    }

    Pushes(PartnerClient peers, CpoLocations locations) {
        this.peers = peers;
        this.sessionsClient = new SessionsClient(peers);
        this.locationsClient = new LocationsClient(peers);
        this.locations = locations;
    }

    PushReport push(List<Told> told, long second) {
        var outcome = new Outcome();
        told.forEach(each -> locations.learn(each.station(), second));
        // a session names a place: first that
        run(wholeLocations(told), outcome);
        var rest = new ArrayList<Task>();
        for (Told each : told) {
            Task state = state(each);
            if (state != null) {
                rest.add(state);
            }
            for (CpoSession session : each.sessions()) {
                Task task = session(each.partner(), session, second);
                if (task != null) {
                    rest.add(task);
                }
            }
        }
        run(rest, outcome);
        return new PushReport(outcome.sessions.get(), outcome.locations.get(), List.copyOf(outcome.failures));
    }

    /** Locations with a charge point of which a partner has not heard. */
    private List<Task> wholeLocations(List<Told> told) {
        Map<String, Set<String>> byPartner = new LinkedHashMap<>();
        for (Told each : told) {
            if (hearsOfLocations(each.partner()) && !toldStates.containsKey(key(each.partner(), each.station()))) {
                byPartner
                        .computeIfAbsent(each.partner(), partner -> new LinkedHashSet<>())
                        .add(each.station().data().locationId());
            }
        }
        var tasks = new ArrayList<Task>();
        byPartner.forEach((partner, ids) -> locations.sites().stream()
                .filter(site -> ids.stream().anyMatch(site.id()::equalsIgnoreCase))
                .forEach(site -> {
                    Location location = locations.location(partner, site);
                    if (location != null) {
                        tasks.add(new Task(partner, "location " + site.id(), false, () -> {
                            locationsClient.put(partner, to(partner), location);
                            site.stations()
                                    .values()
                                    .forEach(station -> location.evses().stream()
                                            .filter(evse -> evse.uid()
                                                    .equals(station.data().evseUid()))
                                            .forEach(evse -> toldStates.put(key(partner, station), evse.status())));
                        }));
                    }
                }));
        return tasks;
    }

    private @Nullable Task state(Told told) {
        Station station = told.station();
        StationData data = station.data();
        CpoLocations.State state = locations.state(station);
        String key = key(told.partner(), station);
        Status before = toldStates.get(key);
        if (before == null || before == state.status()) {
            return null;
        }
        ObjectNode changes = OcpiJson.object();
        changes.put("status", state.status().name());
        changes.put("last_updated", OcpiTime.format(Instant.ofEpochSecond(state.sinceSecond())));
        return new Task(told.partner(), "state of " + data.evseId(), false, () -> {
            try {
                locationsClient.patchEvse(
                        told.partner(), to(told.partner()), data.party(), data.locationId(), data.evseUid(), changes);
            } catch (CallFailedException e) {
                if (e.kind() == CallFailedException.Kind.REFUSED) {
                    // it may have forgotten the place: the next report tells the whole
                    toldStates.remove(key);
                }
                throw e;
            }
            toldStates.put(key, state.status());
        });
    }

    private @Nullable Task session(String partner, CpoSession session, long second) {
        CpoSession.News news = session.news(partner, second);
        if (news == null) {
            return null;
        }
        ObjectNode changes = news.changes();
        return new Task(partner, "session " + session.id(), true, () -> {
            if (changes == null || !patch(partner, news.whole(), changes)) {
                sessionsClient.put(partner, to(partner), news.whole());
            }
            session.told(partner, news);
        });
    }

    /** @return false when the partner refuses it: it may have forgotten the session, and has to be told the whole */
    private boolean patch(String partner, Session whole, ObjectNode changes) {
        try {
            sessionsClient.patch(partner, to(partner), whole, changes);
            return true;
        } catch (CallFailedException e) {
            if (e.kind() == CallFailedException.Kind.REFUSED) {
                return false;
            }
            throw e;
        }
    }

    private void run(List<Task> tasks, Outcome outcome) {
        var room = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Task task : tasks) {
                room.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        run(task, outcome);
                    } finally {
                        room.release();
                    }
                });
            }
        }
    }

    private static void run(Task task, Outcome outcome) {
        AtomicInteger silent = outcome.silent(task.partner());
        if (silent.get() >= MOST_SILENT) {
            outcome.failures.add(new PushReport.Failure(
                    task.partner(), task.what(), "was not tried: the partner has not answered before"));
            return;
        }
        try {
            task.call().run();
            silent.set(0);
            (task.isSession() ? outcome.sessions : outcome.locations).incrementAndGet();
        } catch (CallFailedException e) {
            boolean isAnswered =
                    e.kind() == CallFailedException.Kind.REFUSED || e.kind() == CallFailedException.Kind.UNAUTHORIZED;
            silent.set(isAnswered ? 0 : silent.get() + 1);
            outcome.failures.add(failure(task, e));
        } catch (RuntimeException e) {
            // a partner that is gone, or has named what is not called
            outcome.failures.add(failure(task, e));
        }
    }

    private static PushReport.Failure failure(Task task, RuntimeException e) {
        return new PushReport.Failure(task.partner(), task.what(), String.valueOf(e.getMessage()));
    }

    private boolean hearsOfLocations(String partner) {
        return peers.partner(partner)
                .endpoint(ModuleId.LOCATIONS, InterfaceRole.RECEIVER)
                .isPresent();
    }

    private PartyId to(String partner) {
        Partner known = peers.partner(partner);
        if (known.parties().isEmpty()) {
            throw new IllegalStateException("the partner '" + partner + "' has named no party");
        }
        return known.parties().getFirst();
    }

    private static String key(String partner, Station station) {
        return partner + " " + EvseIds.key(station.data().evseId());
    }
}
