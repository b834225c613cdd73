package org.chargeproof.oracle.roaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chargeproof.view.follow.MemoryChain.CHARGING;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ocpi.http.AddressPolicy.Block;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.ObjectSink;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.ocpi.locations.Garages;
import org.chargeproof.ocpi.locations.LocationsReceiver;
import org.chargeproof.ocpi.model.ChargingPreferences;
import org.chargeproof.ocpi.model.ChargingPreferencesResponse;
import org.chargeproof.ocpi.model.Location;
import org.chargeproof.ocpi.model.ProfileType;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Session;
import org.chargeproof.ocpi.model.SessionStatus;
import org.chargeproof.ocpi.model.Status;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.ocpi.platform.OcpiPlatform;
import org.chargeproof.ocpi.sessions.SessionsClient;
import org.chargeproof.ocpi.sessions.SessionsReceiver;
import org.chargeproof.ocpi.tariffs.TariffSink;
import org.chargeproof.ocpi.tariffs.TariffsReceiver;
import org.chargeproof.oracle.ocpi.OcpiConfig;
import org.chargeproof.oracle.ocpi.OperatorKey;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.MemoryChain;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.verify.PlanSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;

/** What two providers hear of an operator without asking, and what they are answered, over loopback and from a chain in memory. */
class RoamingDoorTest {
    private static final int TIMESTEP_SECONDS = 900;
    private static final int FIRST = 1_000_000;
    private static final int STAY = 8;
    private static final int PROMISED_WH = 6_000;
    private static final int CHARGING_STATUS = 2;
    private static final long WAIT_SECONDS = 20;
    private static final long PAUSE_MILLIS = 20;
    private static final PartyId OPERATOR = new PartyId("XX", "OPR");

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final MemoryChain chain = new MemoryChain((long) FIRST * TIMESTEP_SECONDS);
    private int timestep = FIRST;
    private ChainFollower follower;
    private RoamingDoor door;
    private Provider first;
    private Provider second;

    /** A provider's platform, and all that was pushed to it. */
    private final class Provider implements ObjectSink<Session>, AutoCloseable {
        private final Map<String, Session> sessions = new ConcurrentHashMap<>();
        private final Garages garages = new Garages();
        private final Map<String, Tariff> tariffs = new ConcurrentHashMap<>();
        private final List<String> puts = new CopyOnWriteArrayList<>();
        private final OcpiPlatform platform;

        Provider(String party) {
            platform = new OcpiPlatform(
                    vertx,
                    new OcpiPlatform.Settings(
                            Role.EMSP,
                            List.of(new PartyId("XX", party)),
                            party,
                            folder.resolve(party),
                            loopback().policy(),
                            5_000,
                            ServerLimits.standard().withoutRates()));
            platform.serve(
                    "127.0.0.1",
                    0,
                    "http://127.0.0.1:%d/ocpi",
                    List.of(
                            new SessionsReceiver(this),
                            new LocationsReceiver(garages),
                            new TariffsReceiver(new Prices())));
        }

        void register(int provider) {
            String name = "provider-" + provider;
            door.admit(name, new JsonObject().put("provider", provider));
            platform.registration()
                    .register(
                            "operator", door.versionsUrl(), door.registration().invite(name));
        }

        @Override
        public @Nullable Session find(String partner, PartyId operator, String id) {
            return sessions.get(id);
        }

        @Override
        public boolean put(String partner, PartyId operator, Session session) {
            puts.add(session.id() + " " + session.status() + " " + session.kwh());
            return sessions.put(session.id(), session) == null;
        }

        private final class Prices implements TariffSink {
            @Override
            public @Nullable Tariff find(String partner, PartyId operator, String id) {
                return tariffs.get(id);
            }

            @Override
            public boolean put(String partner, PartyId operator, Tariff tariff) {
                return tariffs.put(tariff.id(), tariff) == null;
            }

            @Override
            public void remove(String partner, PartyId operator, String id) {
                tariffs.remove(id);
            }
        }

        @Nullable
        Status status(int chargePoint) {
            Location location = garages.byId().get("G0");
            return location == null ? null : location.evses().get(chargePoint).status();
        }

        ChargingPreferencesResponse prefer(String session, ChargingPreferences wish) {
            return new SessionsClient(platform.peers()).prefer("operator", OPERATOR, session, wish);
        }

        @Override
        public void close() {
            platform.close();
        }
    }

    private OcpiConfig loopback() {
        return new OcpiConfig(OPERATOR, "Operator", null, List.of(Block.of("127.0.0.0/8")), folder.resolve("roaming"));
    }

    @BeforeEach
    void start() {
        block(MemoryChain.linked(MemoryChain.CONSORTIUM, NetworkLinked.PROTOCOL, 1, FIRST, TIMESTEP_SECONDS));
        var founding = new ArrayList<RawLog>();
        for (int operator = 1; operator <= 2; operator++) {
            founding.add(MemoryChain.operatorAdmitted(operator));
        }
        founding.add(MemoryChain.groupRegistered(0, 1));
        for (int point = 0; point < 2; point++) {
            founding.add(MemoryChain.chargePointRegistered(point, 0, 1, "XX*OPR*E" + point));
            founding.add(priced(point, 3_900, FIRST));
        }
        block(founding.toArray(RawLog[]::new));
        follower = new ChainFollower(
                chain,
                null,
                folder.resolve("journal"),
                new History(672, 1_000),
                PlanSource.computingWhenAsked(),
                LogListener::none,
                new CountingMetrics());
        follower.start();
        first = new Provider("PR1");
        second = new Provider("PR2");
        open();
        first.register(1);
        second.register(2);
    }

    private void open() {
        var methods = new Methods(() -> follower, "oracle test");
        door = new RoamingDoor(
                vertx, loopback(), methods, () -> 1, block -> 0, OperatorKey.open(folder.resolve("data")));
        Router router = Router.router(vertx);
        door.mount(router);
        var server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        door.listensAt("http://127.0.0.1:" + server.actualPort());
    }

    @AfterEach
    void stop() {
        door.close();
        first.close();
        second.close();
        follower.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static RawLog priced(int point, int perKWhE4, int from) {
        return MemoryChain.chargePointPriced(point, perKWhE4, 2_100, from, FIRST);
    }

    private void block(RawLog... logs) {
        chain.add(Math.max(chain.head().timestampSeconds() + 1, (long) timestep * TIMESTEP_SECONDS), logs);
        if (follower != null) {
            follower.onBlock();
        }
    }

    /** The next timestep begins, with a report of the one before. */
    private void next(long registerWh, boolean isCharging) {
        timestep++;
        var entries = ByteBuffer.allocate(34);
        for (int point = 0; point < 2; point++) {
            boolean isThis = isCharging && point == 0;
            entries.putInt(point)
                    .putLong(point == 0 ? registerWh : 0)
                    .putInt(isThis ? 4_000 : 0)
                    .put((byte) (isThis ? CHARGING_STATUS : 0));
        }
        block(MemoryChain.log(
                CHARGING, "MetersReported(uint8,uint32,bytes)", 2, 1, timestep - 1, Bytes.wrap(entries.array())));
    }

    private void ask(int session, int point, int provider) {
        block(
                MemoryChain.log(
                        CHARGING,
                        "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                        3,
                        session,
                        point,
                        new Address(MemoryChain.address(100 + session)),
                        provider,
                        PROMISED_WH,
                        PROMISED_WH,
                        timestep + 1,
                        timestep + 1 + STAY,
                        true,
                        timestep + 1,
                        timestep),
                MemoryChain.log(
                        CHARGING,
                        "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                        2,
                        session,
                        timestep,
                        true,
                        0,
                        0,
                        0));
    }

    private void end(int session, int point) {
        block(MemoryChain.log(CHARGING, "SessionEnded(uint32,uint32,uint32,uint8)", 2, session, point, timestep, 0));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static boolean has(Provider provider, String session, SessionStatus status, String kwh) {
        Session known = provider.sessions.get(session);
        return known != null && known.status() == status && known.kwh().compareTo(new BigDecimal(kwh)) == 0;
    }

    @Test
    void providersHearOfPlacesPricesAndTheirOwnSessions() {
        next(1_000, false);
        await(() -> first.tariffs.containsKey("E3900-V2100") && first.status(0) == Status.AVAILABLE);
        ask(1, 0, 1);
        ask(2, 1, 2);
        await(() -> has(first, "S1", SessionStatus.ACTIVE, "0") && has(second, "S2", SessionStatus.ACTIVE, "0"));
        next(1_000, true);
        await(() -> first.status(0) == Status.CHARGING && second.status(0) == Status.CHARGING);
        next(2_500, true);
        await(() -> has(first, "S1", SessionStatus.ACTIVE, "1.5"));
        end(1, 0);
        await(() -> has(first, "S1", SessionStatus.COMPLETED, "1.5"));
        block(priced(1, 4_200, timestep));
        await(() -> first.tariffs.containsKey("E4200-V2100")
                && first.garages
                        .byId()
                        .get("G0")
                        .evses()
                        .get(1)
                        .connectors()
                        .getFirst()
                        .tariffIds()
                        .equals(List.of("E4200-V2100")));

        assertThat(first.sessions).containsOnlyKeys("S1");
        assertThat(second.sessions).containsOnlyKeys("S2");
        assertThat(second.tariffs).containsKeys("E3900-V2100", "E4200-V2100");
    }

    @Test
    void afterARestartProvidersHearOfWhatRunsAndNotOfWhatIsOver() {
        next(1_000, false);
        ask(1, 0, 1);
        next(1_000, true);
        next(2_000, true);
        end(1, 0);
        ask(2, 1, 1);
        await(() -> has(first, "S1", SessionStatus.COMPLETED, "1") && first.sessions.containsKey("S2"));
        door.close();
        first.puts.clear();
        String url = door.versionsUrl();
        open();
        assertThat(door.versionsUrl()).isNotEqualTo(url);
        await(() -> !first.puts.isEmpty());
        next(2_000, false);
        block();

        assertThat(first.puts).allMatch(put -> put.startsWith("S2 "));
    }

    @Test
    void aWishIsAcceptedWhenItIsPromisedAlready() {
        next(1_000, false);
        ask(1, 0, 1);
        Instant departure = Instant.ofEpochSecond((long) (timestep + 1 + STAY) * TIMESTEP_SECONDS);
        await(() -> first.sessions.containsKey("S1"));

        assertThat(first.prefer("s1", wish(ProfileType.REGULAR, departure, "6")))
                .isEqualTo(ChargingPreferencesResponse.ACCEPTED);
        assertThat(first.prefer("S1", wish(ProfileType.REGULAR, null, "6.001")))
                .isEqualTo(ChargingPreferencesResponse.NOT_POSSIBLE);
        assertThat(first.prefer("S1", wish(ProfileType.REGULAR, departure.minusSeconds(1), null)))
                .isEqualTo(ChargingPreferencesResponse.NOT_POSSIBLE);
        assertThat(first.prefer("S1", wish(ProfileType.GREEN, departure, "1")))
                .isEqualTo(ChargingPreferencesResponse.PROFILE_TYPE_NOT_SUPPORTED);
        // what belongs to others is not even there
        assertThatThrownBy(() -> second.prefer("S1", wish(ProfileType.REGULAR, null, null)))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("HTTP 404");
        end(1, 0);
        await(() -> has(first, "S1", SessionStatus.COMPLETED, "0"));
        assertThat(first.prefer("S1", wish(ProfileType.REGULAR, null, null)))
                .isEqualTo(ChargingPreferencesResponse.NOT_POSSIBLE);
    }

    private static ChargingPreferences wish(
            ProfileType profile, @Nullable Instant departure, @Nullable String energyKwh) {
        return new ChargingPreferences(profile, departure, energyKwh == null ? null : new BigDecimal(energyKwh), null);
    }
}
