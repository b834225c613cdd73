package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.chargeproof.cli.demo.deployment.Deployment;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.world.ChargingWorld;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.oracle.EventSource;
import org.chargeproof.oracle.Instrumentation;
import org.chargeproof.oracle.OracleConfig;
import org.chargeproof.oracle.OracleVerticle;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Setpoints at the operators' own systems, over a real ledger and oracles, when plans, oracles and these systems fail. */
class HandoverIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final int OPERATORS = 4;
    private static final long START = 1_780_272_000;
    private static final int STEPS = 24;
    private static final int POINTS_PER_GROUP = 8;
    private static final int[] RATED_W = {11_040, 22_080};
    private static final int[] CAPACITY_W = {24_000, 60_000};
    private static final int OTHER_W = 3_200;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Oracle[] oracles = new Oracle[OPERATORS];
    private final List<Keys.Operator> operators = IntStream.range(0, OPERATORS)
            .mapToObj(o -> Keys.operator("Operator " + (o + 1)))
            .toList();
    private final Set<Integer> liesAbout = ConcurrentHashMap.newKeySet();
    private EmbeddedLedger ledger;
    private LedgerClient client;
    private MovedTime time;
    private Transactions transactions;
    private Network network;
    private CpoBackends backends;
    private Front front;
    private Scenario scenario;
    private ChargingWorld world;
    private int first;
    private long checkedUntil;
    private long mayDrawWh;

    /** What an operator's system does with what is handed over. */
    private enum Mood {
        WORKS,
        /** Answers with an error. */
        REFUSES,
        /** Takes it, but the answer is lost. */
        LOSES_ANSWER,
        /** Takes nothing and closes the connection. */
        BREAKS
    }

    /** Stands before the operators' systems and keeps what they were sent. */
    private final class Front implements AutoCloseable {
        private final ObjectMapper json = new ObjectMapper();
        private final HttpClient http = HttpClient.newHttpClient();
        private final Map<String, Set<TimestepSetpoints>> taken = new ConcurrentHashMap<>();
        private final Map<String, Integer> answered = new ConcurrentHashMap<>();
        private final Mood[] moods = new Mood[OPERATORS];
        private final HttpServer server;

        Front() {
            Arrays.fill(moods, Mood.WORKS);
            server = vertx.createHttpServer()
                    .requestHandler(this::take)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }

        String url(int operator) {
            return "http://127.0.0.1:" + server.actualPort() + "/operators/" + operator;
        }

        private void take(HttpServerRequest request) {
            int operator = Integer.parseInt(Path.of(request.path()).getName(1).toString());
            Mood mood = moods[operator];
            request.body()
                    .onSuccess(body -> Thread.ofVirtual().start(() -> {
                        if (mood == Mood.REFUSES) {
                            request.response().setStatusCode(503).end();
                            return;
                        }
                        if (mood == Mood.BREAKS) {
                            request.connection().close();
                            return;
                        }
                        try {
                            var setpoints = json.readValue(body.getBytes(), TimestepSetpoints.class);
                            String key = setpoints.timestep() + " of operator " + operator;
                            taken.computeIfAbsent(key, k -> new HashSet<>()).add(setpoints);
                            String url = backends.url(operator) + "/setpoints/" + setpoints.timestep();
                            var answer = http.send(
                                    HttpRequest.newBuilder(URI.create(url))
                                            .PUT(HttpRequest.BodyPublishers.ofByteArray(body.getBytes()))
                                            .build(),
                                    BodyHandlers.ofString());
                            if (mood == Mood.LOSES_ANSWER) {
                                request.connection().close();
                            } else {
                                answered.merge(key, 1, Integer::sum);
                                request.response()
                                        .setStatusCode(answer.statusCode())
                                        .end(answer.body());
                            }
                        } catch (IOException e) {
                            request.response().setStatusCode(400).end(e.toString());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }));
        }

        Set<TimestepSetpoints> taken(int operator, int timestep) {
            return taken.getOrDefault(timestep + " of operator " + operator, Set.of());
        }

        @Override
        public void close() {
            server.close();
            http.close();
        }
    }

    /** An oracle in this process. */
    private final class Oracle {
        private final int number;
        private final HttpClient http = HttpClient.newHttpClient();
        private OracleVerticle verticle;
        private String deployment = "";

        Oracle(int number) {
            this.number = number;
        }

        boolean runs() {
            return !deployment.isEmpty();
        }

        void start() {
            var config = new OracleConfig(
                    ledger.url(),
                    null,
                    network.address(),
                    TransactionSigner.of(operators.get(number).oracle()),
                    null,
                    folder.resolve("oracle-" + number),
                    "127.0.0.1",
                    0,
                    null,
                    front.url(number),
                    5,
                    0,
                    EventSource.HEADERS,
                    false,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            verticle = new OracleVerticle(config, new Instrumentation(this::plan, (phase, timestep) -> {}));
            deployment = vertx.deployVerticle(verticle)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            awaitActed();
        }

        void stop() {
            vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
            deployment = "";
        }

        /** The first two lie: no plan has a quorum. */
        private TimestepPlan plan(TimestepPlan plan) {
            if (number > 1 || !liesAbout.contains(plan.commitment().timestep())) {
                return plan;
            }
            var wrong = new int[plan.layout().chargePointCount()];
            Arrays.fill(wrong, RATED_W[0] / PARAMETERS.stepsPerHour());
            return new TimestepPlan(
                    plan.commitment(), plan.layout(), plan.groups(), Setpoints.pack(wrong), plan.decisions());
        }

        void awaitActed() {
            long head = client.head().number();
            while (runs()) {
                try {
                    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verticle.port() + "/status"))
                            .build();
                    JsonNode status = new ObjectMapper()
                            .readTree(
                                    http.send(request, BodyHandlers.ofString()).body());
                    if (status.path("block").asLong() >= head
                            && !status.path("busy").asBoolean()) {
                        return;
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                Pause.millis(2);
            }
        }
    }

    @BeforeEach
    void startNetwork() {
        scenario = scenario(new Random(1));
        ledger = EmbeddedLedger.start(START - PARAMETERS.timestepSeconds());
        client = LedgerClient.connect(ledger.url());
        time = new MovedTime(
                client,
                () -> Arrays.stream(oracles).filter(o -> o != null && o.runs()).forEach(Oracle::awaitActed));
        transactions = new Transactions(client, time);
        backends = new CpoBackends(vertx, time::now);
        front = new Front();
        var deployment = new Deployment(client, transactions, text -> {});
        network = deployment.contracts(PARAMETERS, operators);
        deployment.assets(network, scenario, operators);
        var algorithm = deployment.algorithm(network, operators);
        first = PARAMETERS.timestepAt(START);
        deployment.approve(network, operators, algorithm, first + 1);
        world = new ChargingWorld(scenario, network, transactions, operators, backends, first);
        world.prepare(PARAMETERS.timestepAt(time.now()));
        for (int o = 0; o < OPERATORS; o++) {
            oracles[o] = new Oracle(o);
        }
    }

    @AfterEach
    void endNetwork() {
        Arrays.stream(oracles).filter(o -> o != null && o.runs()).forEach(Oracle::stop);
        front.close();
        backends.close();
        client.close();
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void fallbacksAreHandedOverAtTheBoundaryAsTheChainTellsThem() {
        // two of four: never a quorum
        oracles[0].start();
        oracles[1].start();
        var ledgerRead = new DemoLedger(network);
        time.advanceTo(PARAMETERS.startOf(first));
        for (int timestep = first + 1; timestep <= first + 3; timestep++) {
            world.plugIn((timestep - first) * 900L, timestep);
            passGate(timestep);
            assertThat(front.taken(0, timestep)).as("before the boundary").isEmpty();
            time.advanceTo(PARAMETERS.startOf(timestep));

            var onChain = client.call(network.plans().setpoints(big(timestep), big(0), big(scenario.pointCount())));
            assertThat(onChain.component1()).as("source: fallback").isEqualTo(BigInteger.TWO);
            for (int o = 0; o < 2; o++) {
                assertThat(front.taken(o, timestep)).hasSize(1);
                var handed = front.taken(o, timestep).iterator().next();
                assertThat(handed.source()).isEqualTo(Source.FALLBACK);
                assertThat(handed.startSeconds()).isEqualTo(PARAMETERS.startOf(timestep));
                assertThat(handed.validUntilSeconds())
                        .isEqualTo(handed.endSeconds())
                        .isEqualTo(PARAMETERS.startOf(timestep + 1));
                assertThat(handed.setpoints()).hasSize(scenario.pointCount() / OPERATORS);
                for (Setpoint setpoint : handed.setpoints()) {
                    assertThat(setpoint.powerW())
                            .isEqualTo(onChain.component2()
                                    .get(setpoint.chargePoint())
                                    .intValueExact())
                            .isPositive();
                    assertThat(setpoint.afterValidityPowerW()).isZero();
                }
            }
            assertThat(front.taken(2, timestep)).as("no oracle").isEmpty();
            // the record is mined with the next block
            time.settle();
            time.settle();
            int applied = front.taken(0, timestep)
                    .iterator()
                    .next()
                    .setpoints()
                    .getFirst()
                    .chargePoint();
            assertThat(client.call(network.plans().wasApplied(big(timestep), big(applied))))
                    .isTrue();
            assertThat(client.call(network.plans().wasApplied(big(timestep), big(2))))
                    .isFalse();
            ledgerRead.follow();
            assertThat(ledgerRead.finalOf(timestep)).isNull();
        }
        assertThat(front.answered.values()).as("each once").containsOnly(1);
    }

    @Test
    void skippedTimestepsAreNotHandedOverAndARestartedOracleHandsOverTheRunningOne() {
        oracles[0].start();
        time.advanceTo(PARAMETERS.startOf(first + 1));
        front.moods[0] = Mood.LOSES_ANSWER;
        // no block for three timesteps
        time.advanceTo(PARAMETERS.startOf(first + 4) + 100);
        assertThat(front.taken(0, first + 2)).isEmpty();
        assertThat(front.taken(0, first + 3)).isEmpty();
        assertThat(front.taken(0, first + 4)).hasSize(1);
        assertThat(backends.stations(0).powerW(0, time.now())).isPositive();
        assertThat(backends.stations(0).powerW(0, PARAMETERS.startOf(first + 3)))
                .as("silence")
                .isZero();

        oracles[0].stop();
        front.moods[0] = Mood.WORKS;
        time.advanceTo(PARAMETERS.startOf(first + 4) + 300);
        oracles[0].start();
        assertThat(front.taken(0, first + 4)).as("the same again").hasSize(1);
        assertThat(front.answered).containsEntry((first + 4) + " of operator 0", 1);
        oracles[0].stop();
        oracles[0].start();
        assertThat(front.answered).as("but not once more").containsEntry((first + 4) + " of operator 0", 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatStationsMayDrawNeverExceedsTheLimitWhateverFails(int seed) {
        var random = new Random(seed);
        var ledgerRead = new DemoLedger(network);
        Arrays.stream(oracles).forEach(Oracle::start);
        checkedUntil = time.now();
        int finals = 0;
        int fallbacks = 0;
        int periods = 0;
        for (int step = 0; step < STEPS; step++) {
            int timestep = first + step;
            advance(PARAMETERS.startOf(timestep));
            ledgerRead.follow();
            if (step > 1) {
                world.report(timestep - 1);
            }
            if (step > 0) {
                world.begin(timestep);
            }
            disturb(random, timestep);
            advance(PARAMETERS.startOf(timestep) + 5);
            world.unplug(step, ledgerRead.sessions());
            world.plugIn((step + 1L) * 900 - 60, timestep + 1);
            advance(PARAMETERS.startOf(timestep) + 100 + random.nextInt(300));
            disturb(random, timestep);
            advance(PARAMETERS.startOf(timestep) + 500 + random.nextInt(300));
            passGate(timestep + 1);
            ledgerRead.follow();
            finals += ledgerRead.finalOf(timestep + 1) == null ? 0 : 1;
            fallbacks += ledgerRead.finalOf(timestep + 1) == null ? 1 : 0;
            if (step > 0) {
                world.charge(timestep);
            }
        }
        for (var taken : front.taken.entrySet()) {
            // nothing was replaced, not by a fallback, and not by less exact setpoints after a restart; only interim
            // power adds
            var least = taken.getValue().stream()
                    .min(Comparator.comparingInt(HandoverIT::sumW))
                    .orElseThrow();
            for (var other : taken.getValue()) {
                assertThat(other.source()).as("timestep " + taken.getKey()).isEqualTo(least.source());
                for (int i = 0; i < least.setpoints().size(); i++) {
                    var told = least.setpoints().get(i);
                    var now = other.setpoints().get(i);
                    assertThat(now.equals(told) || (now.periods().isEmpty() && now.powerW() > told.powerW()))
                            .as("timestep %s: %s instead of %s", taken.getKey(), now, told)
                            .isTrue();
                }
            }
            periods +=
                    least.setpoints().stream().mapToInt(s -> s.periods().size()).sum();
        }
        assertThat(world.energy().overLimitWh()).isZero();
        // and the mixture was one
        assertThat(finals).isGreaterThan(STEPS / 4);
        assertThat(fallbacks).isGreaterThan(STEPS / 8);
        assertThat(periods).isPositive();
        assertThat(world.energy().deliveredWh()).isPositive();
        assertThat(mayDrawWh).isPositive();
    }

    private static int sumW(TimestepSetpoints setpoints) {
        return setpoints.setpoints().stream().mapToInt(Setpoint::powerW).sum();
    }

    /** One, or two with {@code -Plong}. */
    private static IntStream seeds() {
        return IntStream.rangeClosed(1, Boolean.getBoolean("chargeproof.long") ? 2 : 1);
    }

    /** Oracles fall silent, come back, are restarted or lie; the operators' systems fail in several ways. */
    private void disturb(Random random, int timestep) {
        if (random.nextInt(3) == 0) {
            liesAbout.add(timestep + 1);
        }
        for (int o = 0; o < OPERATORS; o++) {
            if (random.nextInt(4) == 0) {
                front.moods[o] = Mood.values()[random.nextInt(Mood.values().length)];
            }
            if (!oracles[o].runs()) {
                if (random.nextInt(2) == 0) {
                    oracles[o].start();
                }
            } else if (random.nextInt(5) == 0) {
                oracles[o].stop();
                if (random.nextInt(3) > 0) {
                    oracles[o].start();
                }
            }
        }
    }

    private void passGate(int planned) {
        advance(PARAMETERS.gateOf(planned - 1));
        while (time.now() + 4 < PARAMETERS.startOf(planned)) {
            advance(time.now() + 4);
        }
    }

    /** Checks every second that passes, with what the stations knew in it. */
    private void advance(long seconds) {
        for (long second = checkedUntil; checkedUntil > 0 && second < seconds; second++) {
            var groupW = new long[CAPACITY_W.length];
            for (int point = 0; point < scenario.pointCount(); point++) {
                groupW[point / POINTS_PER_GROUP] +=
                        backends.stations(operatorOf(point)).powerW(point, second);
            }
            for (int g = 0; g < groupW.length; g++) {
                mayDrawWh += groupW[g] / 3_600;
                if (groupW[g] + OTHER_W > CAPACITY_W[g]) {
                    throw new AssertionError(
                            "group %d may draw %d W beside %d W of other equipment at second %d, of %d W"
                                    .formatted(g, groupW[g], OTHER_W, second, CAPACITY_W[g]));
                }
            }
            checkedUntil = second + 1;
        }
        time.advanceTo(seconds);
        checkedUntil = checkedUntil > 0 ? Math.max(checkedUntil, seconds) : 0;
    }

    private static int operatorOf(int point) {
        return point % OPERATORS;
    }

    /** Two cabinets that four operators share, with too little for all. */
    private static Scenario scenario(Random random) {
        var groups = new ArrayList<Scenario.Group>();
        for (int g = 0; g < CAPACITY_W.length; g++) {
            var points = new ArrayList<Scenario.Point>();
            for (int i = 0; i < POINTS_PER_GROUP; i++) {
                points.add(new Scenario.Point("XX*G" + g + "*E" + i, operatorOf(i), RATED_W[g]));
            }
            var none = new int[STEPS];
            var load = new int[STEPS];
            Arrays.fill(load, OTHER_W / PARAMETERS.stepsPerHour());
            groups.add(new Scenario.Group(
                    "group " + g, g, CAPACITY_W[g] - OTHER_W, OTHER_W, 0, points, load, load, load, none, none));
        }
        var stays = new ArrayList<Scenario.Stay>();
        for (int point = 0; point < CAPACITY_W.length * POINTS_PER_GROUP; point++) {
            for (long at = random.nextInt(2_000); at < STEPS * 900L - 3_600; at += 900 + random.nextInt(1_800)) {
                long out = at + 2_700 + random.nextInt(6_000);
                int energyWh = 300 + random.nextInt(6_000);
                stays.add(new Scenario.Stay(point, at, at, out, energyWh, energyWh / 2, true));
                at = out;
            }
        }
        stays.sort(Comparator.comparingLong(Scenario.Stay::askSeconds));
        return new Scenario("two shared cabinets", 0, STEPS, groups, stays, List.of());
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
