package org.chargeproof.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.MemoryChain;
import org.chargeproof.view.follow.PlannerJar;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.verify.PlanSource;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;

/** The API over HTTP on loopback, in front of a small network whose every log is written here. */
final class TestApi implements AutoCloseable {
    static final int FIRST = 1_000;
    static final int SECONDS = 30;
    static final int CHARGE_POINTS = 3;
    static final int SESSION = 7;
    static final ObjectMapper JSON = new ObjectMapper();

    final MemoryChain chain = new MemoryChain((long) FIRST * SECONDS);
    final RecordingInputs inputs = new RecordingInputs();
    final MemoryDrivers drivers = new MemoryDrivers();
    final Map<Role, String> keys = new EnumMap<>(Role.class);
    final Path keyFile;
    final ApiRoutes api;
    final HttpClient http = HttpClient.newHttpClient();
    volatile String problem = "";
    private final Vertx vertx = Vertx.vertx();
    private final ChainFollower follower;
    private final HttpServer server;

    /** Takes everything, and says so. */
    static final class RecordingInputs implements OperatorInputs {
        final List<Object> calls = new CopyOnWriteArrayList<>();
        volatile OperatorInputs.Outcome outcome = new Sent("0x" + "5a".repeat(32));

        record Group(int group, int timestep, int loadWh, int pvWh, int firmPvWh) {}

        record Forecast(int group, int fromTimestep, List<ForecastStep> steps) {}

        record Battery(int battery, int timestep, int storedWh, int powerW) {}

        @Override
        public CompletableFuture<Outcome> reportGroup(int group, int timestep, int loadWh, int pvWh, int firmPvWh) {
            return take(new Group(group, timestep, loadWh, pvWh, firmPvWh));
        }

        @Override
        public CompletableFuture<Outcome> publishForecast(int group, int fromTimestep, List<ForecastStep> steps) {
            return take(new Forecast(group, fromTimestep, steps));
        }

        @Override
        public CompletableFuture<Outcome> reportBattery(int battery, int timestep, int storedWh, int powerW) {
            return take(new Battery(battery, timestep, storedWh, powerW));
        }

        @Override
        public BatteryPlan batteryPlan(int group) {
            return group != 0
                    ? null
                    : new BatteryPlan(
                            0,
                            0,
                            FIRST,
                            at(FIRST, 0),
                            at(FIRST + 1, 0),
                            -2_000,
                            -500,
                            "PLANNED",
                            FIRST - 1,
                            9_000,
                            FIRST + 1,
                            List.of(new BatteryPlan.Step(FIRST + 1, 100, 8_600, -5)),
                            "");
        }

        private CompletableFuture<Outcome> take(Object call) {
            calls.add(call);
            return CompletableFuture.completedFuture(outcome);
        }
    }

    /** How an API is served in a test. */
    record Setup(
            Path folder,
            ApiLimits limits,
            boolean withKeys,
            boolean withInputs,
            List<String> cors,
            ApiSettings.Oidc oidc,
            boolean opensReads) {
        static Setup in(Path folder) {
            return new Setup(folder, ApiLimits.standard().withoutRates(), true, true, List.of(), null, false);
        }

        Setup limits(ApiLimits other) {
            return new Setup(folder, other, withKeys, withInputs, cors, oidc, opensReads);
        }

        Setup withoutKeys() {
            return new Setup(folder, limits, false, withInputs, cors, oidc, opensReads);
        }

        Setup withoutInputs() {
            return new Setup(folder, limits, withKeys, false, cors, oidc, opensReads);
        }

        Setup cors(String origin) {
            return new Setup(folder, limits, withKeys, withInputs, List.of(origin), oidc, opensReads);
        }

        Setup openReads() {
            return new Setup(folder, limits, withKeys, withInputs, cors, oidc, true);
        }

        Setup oidc(ApiSettings.Oidc other) {
            return new Setup(folder, limits, withKeys, withInputs, cors, other, opensReads);
        }
    }

    TestApi(Setup setup) {
        deploy();
        follower = new ChainFollower(
                chain,
                null,
                setup.folder(),
                new History(100, 1_000),
                PlanSource.computingAtOnce(),
                LogListener::none,
                new CountingMetrics());
        follower.start();
        keyFile = setup.folder().resolve(ApiSettings.KEYS_FILE);
        if (setup.withKeys()) {
            for (Role role : Role.values()) {
                keys.put(
                        role,
                        new ApiKeys(keyFile)
                                .make(role.word(), role, null, Instant.now(), new SecureRandom())
                                .text());
            }
        }
        var started = new CompletableFuture<ApiRoutes>();
        var listening = new CompletableFuture<HttpServer>();
        vertx.getOrCreateContext().runOnContext(now -> {
            var routes = new ApiRoutes(
                    vertx,
                    new Methods(() -> follower, "test"),
                    () -> problem,
                    setup.withInputs() ? inputs : null,
                    setup.withInputs() ? drivers : null,
                    new ApiSettings(keyFile, true, setup.cors(), setup.oidc(), setup.limits(), setup.opensReads()),
                    context -> {});
            var router = Router.router(vertx);
            router.route("/api/v1/*").subRouter(routes.router());
            for (int status : new int[] {400, 404, 405, 500}) {
                router.errorHandler(status, routes::answerFailure);
            }
            routes.ready()
                    .compose(ready -> vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                            .invalidRequestHandler(ApiRoutes::answerInvalid)
                            .requestHandler(router)
                            .listen(0, "127.0.0.1"))
                    .onSuccess(done -> {
                        started.complete(routes);
                        listening.complete(done);
                    })
                    .onFailure(e -> {
                        started.completeExceptionally(e);
                        listening.completeExceptionally(e);
                    });
        });
        api = started.join();
        server = listening.join();
        follow();
    }

    private void deploy() {
        chain.add(at(FIRST, 1));
        chain.add(
                at(FIRST, 2),
                MemoryChain.linked(MemoryChain.CONSORTIUM, NetworkLinked.PROTOCOL, 1, FIRST, SECONDS),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "MarketLinked(address,address,address,address,address,address,uint16,uint16,uint32,uint32)",
                        0,
                        address(0x11),
                        address(0x12),
                        address(0x13),
                        address(0x14),
                        address(0x15),
                        address(0x16),
                        4,
                        2,
                        1_000,
                        1_000_000));
        chain.add(at(FIRST, 2), PlannerJar.logs(FIRST));
        chain.add(
                at(FIRST, 3),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "OperatorAdmitted(uint8,string,address,address,address)",
                        1,
                        1,
                        "Aurora",
                        address(11),
                        address(12),
                        address(13)),
                MemoryChain.log(
                        MemoryChain.ASSETS,
                        "GroupRegistered(uint32,uint8,uint32,uint32,uint8,uint16)",
                        2,
                        0,
                        1,
                        40_000,
                        10_000,
                        1,
                        200));
        for (int i = 0; i < CHARGE_POINTS; i++) {
            chain.add(
                    at(FIRST, 4),
                    MemoryChain.log(
                            MemoryChain.ASSETS,
                            "ChargePointRegistered(uint32,uint32,uint8,uint32,uint32,string)",
                            3,
                            i,
                            0,
                            1,
                            22_000,
                            4_140,
                            "NO*AUR*E" + i),
                    MemoryChain.log(
                            MemoryChain.ASSETS,
                            "ChargePointPriced(uint32,uint32,uint16,uint32,uint32)",
                            1,
                            i,
                            4_000,
                            1_900,
                            FIRST,
                            FIRST));
        }
        chain.add(at(FIRST, 6), requested(SESSION, 0, 11_000, FIRST + 20));
        chain.add(at(FIRST, 21));
        chain.add(at(FIRST, 25), decided(SESSION, true));
        chain.add(at(FIRST, 25), finalPlan(FIRST + 1));
        chain.add(at(FIRST + 1, 1));
    }

    static RawLog requested(int session, int chargePoint, int energyWh, int departure) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                3,
                session,
                chargePoint,
                new Address("0x" + "a1".repeat(20)),
                61,
                energyWh,
                energyWh / 2,
                FIRST + 1,
                departure,
                true,
                FIRST + 1,
                FIRST);
    }

    static RawLog decided(int session, boolean accepted) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                2,
                session,
                FIRST + 1,
                accepted,
                0,
                0,
                0);
    }

    static RawLog ended(int session) {
        return MemoryChain.log(
                MemoryChain.CHARGING, "SessionEnded(uint32,uint32,uint32,uint8)", 2, session, 0, FIRST + 2, 0);
    }

    static RawLog[] finalPlan(int timestep) {
        return new RawLog[] {
            MemoryChain.log(
                    MemoryChain.PLANS,
                    "PlanPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)",
                    2,
                    timestep,
                    1,
                    0,
                    5,
                    Bytes32.ZERO,
                    Bytes32.ZERO,
                    Bytes32.ZERO,
                    Bytes32.ZERO,
                    new DynamicBytes(new byte[32]),
                    org.apache.tuweni.bytes.Bytes.EMPTY),
            MemoryChain.log(MemoryChain.PLANS, "PlanAttested(uint32,uint8,uint8)", 2, timestep, 1, 0),
            MemoryChain.log(MemoryChain.PLANS, "PlanFinal(uint32,uint8,uint8,uint8)", 1, timestep, 0, 1, 1)
        };
    }

    private static Address address(int n) {
        return new Address(MemoryChain.address(n));
    }

    static long at(int timestep, int second) {
        return (long) timestep * SECONDS + second;
    }

    /** Until the view has all blocks. */
    void follow() {
        await(() -> {
            follower.onBlock();
            return follower.tracker().isPresent() && follower.lagBlocks() == 0;
        });
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s");
            }
            pause(5);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    int port() {
        return server.actualPort();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    HttpRequest.Builder request(String path, Role role) {
        var request = HttpRequest.newBuilder(uri("/api/v1" + path));
        return role == null ? request : request.header("authorization", "Bearer " + keys.get(role));
    }

    HttpResponse<String> get(String path, Role role) {
        return send(request(path, role));
    }

    HttpResponse<String> put(String path, Role role, String body) {
        return send(
                request(path, role).header("content-type", "application/json").PUT(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> post(String path, Role role, String body) {
        return send(
                request(path, role).header("content-type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    static String forecast(int steps) {
        return "{\"fromTimestep\":" + (FIRST + 2) + ",\"steps\":"
                + IntStream.range(0, steps)
                        .mapToObj(i ->
                                "{\"expectedLoadWh\":100,\"reservedLoadWh\":200,\"expectedPvWh\":50,\"greenClass\":1}")
                        .toList()
                + "}";
    }

    @Override
    public void close() {
        http.shutdownNow();
        api.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        follower.close();
    }
}
