package org.chargeproof.ocpi.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chargeproof.ocpi.Objects.NOON;
import static org.chargeproof.ocpi.Objects.location;
import static org.chargeproof.ocpi.Objects.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.chargeproof.ocpi.credentials.Platform;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.OcpiException;
import org.chargeproof.ocpi.http.OcpiModule;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.locations.Garages;
import org.chargeproof.ocpi.locations.LocationsClient;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.chargeproof.ocpi.sessions.SessionsReceiver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator tells two providers what changes, over loopback: one of them is away, slow or unwilling. */
class StatePushesTest {
    private static final long WAIT_SECONDS = 20;
    private static final long PAUSE_MILLIS = 20;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Heard> heard = new HashMap<>();
    private final Map<String, Session> sessions = new TreeMap<>();
    private final List<Location> locations = new ArrayList<>();
    private int changes;
    private Platform cpo;
    private Platform one;
    private Platform two;
    private StatePushes pushes;

    /** What a provider has heard. */
    private static final class Heard implements ObjectSink<Session> {
        private final Map<String, Session> sessions = new ConcurrentHashMap<>();
        private final List<String> puts = new CopyOnWriteArrayList<>();
        private final Garages garages = new Garages();
        private volatile CountDownLatch open = new CountDownLatch(0);
        private volatile @Nullable String unwanted;

        @Override
        public @Nullable Session find(String partner, PartyId operator, String id) {
            return sessions.get(id);
        }

        @Override
        public boolean put(String partner, PartyId operator, Session session) {
            puts.add(session.id() + " " + session.kwh());
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (session.id().equals(unwanted)) {
                throw OcpiException.invalid("this session is not wanted");
            }
            return sessions.put(session.id(), session) == null;
        }

        List<OcpiModule> modules() {
            return List.of(new SessionsReceiver(this), new LocationsReceiver(garages));
        }
    }

    private final class Source implements StatePushes.Source {
        private final SessionsClient toSessions = new SessionsClient(cpo.peers);
        private final LocationsClient toLocations = new LocationsClient(cpo.peers);

        @Override
        public Collection<String> partners() {
            return List.of("ONE", "TWO");
        }

        @Override
        public Object version() {
            synchronized (sessions) {
                return changes;
            }
        }

        @Override
        public List<StatePushes.State> states(String partner) {
            var to = new PartyId("DE", partner);
            var states = new ArrayList<StatePushes.State>();
            synchronized (sessions) {
                locations.forEach(each -> states.add(new StatePushes.State(
                        each.id(), each, before -> toLocations.put(partner, to, (Location) before, each))));
                sessions.values()
                        .forEach(each -> states.add(
                                new StatePushes.State(each.id(), each, before -> toSessions.put(partner, to, each))));
            }
            return states;
        }
    }

    @BeforeEach
    void start() {
        cpo = Platform.start(vertx, folder.resolve("cpo.json"), Role.CPO, "CPO", all -> List.of());
        one = provider("ONE", 0);
        two = provider("TWO", 0);
        Platform.connect(cpo, one);
        Platform.connect(cpo, two);
        pushes = new StatePushes(new Source());
    }

    private Platform provider(String party, int port) {
        Heard what = heard.computeIfAbsent(party, p -> new Heard());
        return Platform.start(vertx, folder.resolve(party + ".json"), port, Role.EMSP, party, all -> what.modules());
    }

    @AfterEach
    void stop() {
        pushes.close();
        heard.values().forEach(each -> each.open.countDown());
        cpo.close();
        one.close();
        two.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void charge(String id, int kwh) {
        synchronized (sessions) {
            sessions.put(id, session("CPO", id, String.valueOf(kwh), NOON.plusSeconds(++changes)));
        }
    }

    private void place(Location location) {
        synchronized (sessions) {
            changes++;
            locations.removeIf(each -> each.id().equals(location.id()));
            locations.add(location);
        }
    }

    private void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            pushes.look();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private boolean knows(String provider, String id, int kwh) {
        Session known = heard.get(provider).sessions.get(id);
        return known != null && known.kwh().intValueExact() == kwh;
    }

    @Test
    void whatChangesArrivesAndNothingElse() {
        charge("S1", 1);
        charge("S2", 5);
        await(() -> knows("ONE", "S2", 5) && knows("TWO", "S2", 5));
        charge("S1", 2);
        await(() -> knows("ONE", "S1", 2) && knows("TWO", "S1", 2));
        for (int i = 0; i < 10; i++) {
            pushes.look();
        }

        assertThat(heard.get("ONE").puts).containsExactly("S1 1", "S2 5", "S1 2");
    }

    @Test
    void aStateIsPatchedAndAnythingElsePutAsAWhole() {
        Location before = location("CPO", "LOC1", NOON);
        place(before);
        await(() -> before.equals(heard.get("ONE").garages.byId().get("LOC1")));

        // what only the provider has shows whether it was told the whole once more
        Map<String, Location> known = heard.get("ONE").garages.byId();
        known.put("LOC1", named(before, "Our name for it"));
        Location charging = with(before, Status.CHARGING, NOON.plusSeconds(60));
        place(charging);
        await(() -> status("ONE") == Status.CHARGING);
        assertThat(known.get("LOC1").name()).isEqualTo("Our name for it");
        assertThat(known.get("LOC1").lastUpdated()).isEqualTo(NOON.plusSeconds(60));

        place(named(charging, "Garage"));
        await(() -> "Garage".equals(known.get("LOC1").name()));

        // it has forgotten the place
        known.clear();
        place(named(with(before, Status.AVAILABLE, NOON.plusSeconds(120)), "Garage"));
        await(() -> known.containsKey("LOC1"));
        assertThat(status("ONE")).isEqualTo(Status.AVAILABLE);
    }

    @Test
    void aPartnerThatWasAwayHearsTheNewestStateAlone() {
        charge("S1", 1);
        await(() -> knows("ONE", "S1", 1) && knows("TWO", "S1", 1));
        int port = one.server.port();
        one.close();
        for (int kwh = 2; kwh <= 9; kwh++) {
            charge("S1", kwh);
            int now = kwh;
            await(() -> knows("TWO", "S1", now));
        }
        charge("S2", 1);
        one = provider("ONE", port);

        await(() -> knows("ONE", "S1", 9) && knows("ONE", "S2", 1));
        assertThat(heard.get("ONE").puts).containsExactly("S1 1", "S1 9", "S2 1");
    }

    @Test
    void aSlowPartnerDelaysNoOtherAndHearsTheNewestState() {
        Heard slow = heard.get("ONE");
        slow.open = new CountDownLatch(1);
        for (int kwh = 1; kwh <= 20; kwh++) {
            charge("S1", kwh);
            charge("S2", kwh);
            int now = kwh;
            await(() -> knows("TWO", "S1", now) && knows("TWO", "S2", now));
        }
        assertThat(slow.puts).containsExactly("S1 1");
        slow.open.countDown();

        await(() -> knows("ONE", "S1", 20) && knows("ONE", "S2", 20));
        assertThat(slow.puts).containsExactly("S1 1", "S2 20", "S1 20");
    }

    @Test
    void whatIsRefusedDelaysNothingElseAndIsToldAgain() {
        Heard unwilling = heard.get("ONE");
        unwilling.unwanted = "S1";
        charge("S1", 1);
        charge("S2", 1);
        await(() -> knows("ONE", "S2", 1));
        for (int i = 0; i < 10; i++) {
            pushes.look();
        }
        assertThat(unwilling.puts).containsOnlyOnce("S1 1");
        assertThat(unwilling.sessions).doesNotContainKey("S1");

        unwilling.unwanted = null;
        await(() -> knows("ONE", "S1", 1));
        assertThat(unwilling.puts).containsExactly("S1 1", "S2 1", "S1 1");
    }

    @Test
    void whoeverIsBackUnderItsNameHearsEverything() {
        charge("S1", 1);
        await(() -> knows("ONE", "S1", 1));
        heard.get("ONE").sessions.clear();
        pushes.forget("ONE");

        await(() -> knows("ONE", "S1", 1));
    }

    private @Nullable Status status(String provider) {
        return heard.get(provider).garages.byId().get("LOC1").evses().getFirst().status();
    }

    private static Location named(Location location, String name) {
        ObjectNode tree = OcpiJson.tree(location);
        return OcpiJson.read(tree.put("name", name), Location.class);
    }

    private static Location with(Location location, Status status, Instant lastUpdated) {
        ObjectNode tree = OcpiJson.tree(location);
        String time = lastUpdated.toString();
        ((ObjectNode) tree.path("evses").path(0)).put("status", status.name()).put("last_updated", time);
        return OcpiJson.read(tree.put("last_updated", time), Location.class);
    }
}
