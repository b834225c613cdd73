package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ocpi.credentials.FilePartners;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/**
 * An oracle at work, with persons in PostgreSQL, a node, and a backend that speaks OCPI, while these three go away and come back, one after the
 * other: for a timestep and more with {@code -Plong}, for five minutes each with {@code -Plong,abuse}. Time is real.
 */
@EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
@Isolated("time is real, and timesteps are short: others would make the oracle late")
class OutageIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(10, 5, 1, 4, 2, 3);
    private static final long OUTAGE_SECONDS = Boolean.getBoolean("chargeproof.abuse") ? 300 : 10;
    private static final int STAY_SECONDS = Boolean.getBoolean("chargeproof.abuse") ? 3_600 : 600;
    /** A node that hangs is told from one that is slow after 10 s. */
    private static final long HANGING_SECONDS = 12;

    private static final long SETUP_SECONDS = 7_200;
    private static final int RATED_W = 22_080;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Keys.Operator operator = Keys.operator("Aurora Charge");
    private KillablePostgres postgres;
    private EmbeddedLedger ledger;
    private LedgerClient client;
    private NodeDoor door;
    private DemoNetwork founded;
    private OracleFleet fleet;
    private Process cpo;
    private int cpoPort;
    private int cpoStarts;
    private int first;
    private String office = "";

    /** A driver's app. */
    private record Driver(String key) {}

    /** When something was away, unix seconds. */
    private record Outage(long fromSeconds, long toSeconds) {}

    @BeforeEach
    void start() throws IOException {
        postgres = KillablePostgres.start(folder.resolve("postgres"));
        ledger = EmbeddedLedger.startForOthers(0, Demonstration.clockSeconds() - SETUP_SECONDS, "");
        client = LedgerClient.connect(ledger.url());
        door = new NodeDoor(ledger.url());
        var time = new LiveTime(client);
        founded = DemoNetwork.found(client, time, Keys.fresh(), PARAMETERS, List.of(operator), scenario(), text -> {});
        fleet = new OracleFleet(folder, founded.network().address(), 100, f -> {});
        Path data = folder.resolve("oracle-0");
        Files.createDirectories(data);
        office = new ApiKeys(data.resolve(ApiSettings.KEYS_FILE))
                .make("office", Role.OPERATOR, null, Instant.now(), new SecureRandom())
                .text();
        fleet.start(
                0,
                door.url(),
                operator.oracle(),
                List.of(
                        "--ocpi-party",
                        "XX*SC1",
                        "--ocpi-allow",
                        "127.0.0.0/8",
                        "--meter-key",
                        key("meter", operator.meter()),
                        "--provider-key",
                        key("owner", operator.owner()),
                        "--database",
                        postgres.url(),
                        "--database-user",
                        "postgres"),
                List.of("org.chargeproof.cli.Main", "oracle"));
        fleet.awaitStarted();
        time.advanceTo(Demonstration.clockSeconds() - PARAMETERS.timestepSeconds());
        first = PARAMETERS.timestepAt(Demonstration.clockSeconds()) + 2;
        founded.approvePrograms(first);
        time.letRun();
        fleet.awaitAnswersToApps();
        cpoPort = freePort();
        Files.writeString(folder.resolve("stations.csv"), "evse_id,rated_power_w\nXX*CP1*E1," + RATED_W + "\n");
        Path token = folder.resolve("token");
        var invited = operatorPost("/operator/ocpi/partners", "{\"name\":\"backend\"}");
        SecretFile.write(token, invited.get("token").asText());
        startBackend();
        await("a car is told of", () -> said().contains("plugged in"));
    }

    @AfterEach
    void end() {
        if (cpo != null) {
            cpo.destroyForcibly();
        }
        http.close();
        for (AutoCloseable each : new AutoCloseable[] {fleet, door, client, ledger, postgres}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                System.err.println("not closed: " + e);
            }
        }
    }

    @Test
    void everythingGoesOnAndNothingIsLostWhateverIsAway() throws Exception {
        await("health is right", () -> health().isEmpty());
        assertThat(get("/health/ready").body()).isEqualTo("ready\n");
        var ada = driver("Ada");
        var bob = driver("Bob");
        var asked = request(ada, 0);
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);

        databaseIsAway(ada, bob);
        var noNode = nodeIsAway(ada);
        long awaySessionWh = backendIsAway(ada);

        int last = PARAMETERS.timestepAt(now()) + 2;
        await("plans go on", () -> finals().containsKey(last));
        requirePlannedAndAppliedOnce(noNode, last);
        requireEachAskedOnce(ada, bob);
        requireRegistersToBeRight(awaySessionWh);
        assertThat(fleet.sum("chargeproof_transactions_failed_total"))
                .as("what the ledger refused, as what is sent twice")
                .isZero();
        assertThat(fleet.sum("chargeproof_plan_failures_total")).isZero();
    }

    /** PostgreSQL is killed while a request is on its way. */
    private void databaseIsAway(Driver ada, Driver bob) throws Exception {
        var onItsWay = CompletableFuture.supplyAsync(() -> request(bob, 1));
        Pause.millis(700);
        postgres.kill();
        long killed = now();
        await("health names the database", () -> health().containsKey("database"));
        assertThat(get("/health").statusCode()).isEqualTo(503);
        var ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body())
                .contains("ready, but ", "the database of persons does not answer", "Start it", "--database");
        assertThat(health()).containsOnlyKeys("database");
        requireAway(onItsWay.get(60, TimeUnit.SECONDS));
        for (int i = 0; i < 3 || now() < killed + OUTAGE_SECONDS; i++) {
            long began = System.nanoTime();
            requireAway(api("GET", "/me", ada.key(), ""));
            requireAway(request(ada, 1));
            requireAway(api("POST", "/persons", office, "{\"name\":\"Eve\"}"));
            assertThat(System.nanoTime() - began)
                    .as("nobody waits for a connection")
                    .isLessThan(3_000_000_000L);
            // all else goes on
            assertThat(api("GET", "/timesteps/current", office, "").statusCode())
                    .isEqualTo(200);
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            Pause.millis(1_000);
        }
        postgres.startAgain();
        await("health is right again", () -> health().isEmpty());
        assertThat(get("/health/ready").body()).isEqualTo("ready\n");
        assertThat(api("GET", "/me", ada.key(), "").statusCode()).isEqualTo(200);
        // as an app does that was told to try again
        var again = request(bob, 1);
        assertThat(again.statusCode()).as(again.body()).isIn(202, 409);
        await("what was asked is on the ledger", () -> onLedger(bob) == 1);
    }

    /** The node hangs, and is then killed, while the chain of the others goes on; then it is back. */
    private Outage nodeIsAway(Driver ada) {
        long from = now();
        door.hang();
        await("health names the node", () -> health().containsKey("node"));
        assertThat(health().get("node")).contains(door.url(), "has not answered for", "Maybe the node hangs");
        while (now() < from + HANGING_SECONDS) {
            Pause.millis(200);
        }
        door.close();
        await("health says so", () -> health().getOrDefault("node", "").contains("Maybe the node is not running"));
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        requireAway(request(ada, 1));
        // persons need no node for that, and apps hear the last state
        // unless it went away in the middle of a block
        assertThat(api("GET", "/me", ada.key(), "").statusCode()).isIn(200, 503);
        assertThat(api("GET", "/charge-points", office, "").statusCode()).isIn(200, 503);
        while (now() < from + OUTAGE_SECONDS) {
            Pause.millis(1_000);
            assertThat(health()).containsKey("node");
        }
        door.open();
        long to = now();
        await("health is right again", () -> health().isEmpty());
        return new Outage(from, to);
    }

    /** The backend is killed while a car charges. @return what its session had taken, as far as it was told */
    private long backendIsAway(Driver ada) throws IOException, InterruptedException {
        String session = session();
        await("the car charges", () -> toldWh(session) > 0);
        cpo.destroyForcibly().waitFor();
        long killed = now();
        long toldWh = toldWh(session);
        await("health names the backend", () -> health().containsKey("backend"));
        assertThat(get("/health/ready").body()).contains("backend").containsAnyOf("Start it", "Look whether it runs");
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(api("GET", "/me", ada.key(), "").statusCode()).isEqualTo(200);
        while (now() < killed + OUTAGE_SECONDS) {
            Pause.millis(1_000);
            assertThat(health()).containsKey("backend");
        }
        startBackend();
        await("health is right again", () -> health().isEmpty());
        await("it is handed setpoints", () -> said().contains("its profile"));
        return toldWh;
    }

    private void requirePlannedAndAppliedOnce(Outage noNode, int last) {
        var finals = finals();
        assertThat(finals.values()).as("times that a plan became final").containsOnly(1);
        for (int timestep = finals.firstKey(); timestep <= last; timestep++) {
            long gateSeconds = PARAMETERS.gateOf(timestep - 1);
            // one block to read, one to be in, before the timestep begins
            boolean couldBe = gateSeconds + 2 < noNode.fromSeconds() || gateSeconds > noNode.toSeconds();
            if (couldBe) {
                assertThat(finals).as("planned").containsKey(timestep);
            }
        }
        var applied = new TreeMap<String, Integer>();
        var timesteps = new TreeMap<Integer, Integer>();
        for (LedgerEvent event : events()) {
            if (event instanceof LedgerEvent.SetpointsApplied e) {
                applied.merge(e.timestep() + " " + e.chargePoints(), 1, Integer::sum);
                timesteps.merge(e.timestep(), 1, Integer::sum);
            }
        }
        assertThat(applied.values())
                .as("records of what was applied: " + applied)
                .containsOnly(1);
        assertThat(timesteps).as("the last one").containsKey(last - 1);
    }

    private void requireEachAskedOnce(Driver ada, Driver bob) {
        var byChargePoint = new TreeMap<Integer, Integer>();
        for (LedgerEvent event : events()) {
            if (event instanceof LedgerEvent.ChargingRequested e) {
                byChargePoint.merge(e.chargePoint(), 1, Integer::sum);
            }
        }
        assertThat(byChargePoint).isEqualTo(Map.of(0, 1, 1, 1));
        for (Driver each : List.of(ada, bob)) {
            assertThat(onLedger(each)).isEqualTo(1);
        }
    }

    /** The backend ends, and has told of all that was taken: it is what the ledger has, no more and no less. */
    private void requireRegistersToBeRight(long awaySessionWh) throws InterruptedException {
        String session = session();
        cpo.destroy();
        assertThat(cpo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        long allWh = awaySessionWh + toldWh(session);
        assertThat(toldWh(session)).isPositive();
        await("the register is " + allWh + " Wh", () -> registers().getLast() == allWh);
        assertThat(registers()).isSorted();
        var reports = new TreeMap<Integer, Integer>();
        for (LedgerEvent event : events()) {
            if (event instanceof LedgerEvent.MetersReported e) {
                reports.merge(e.timestep(), 1, Integer::sum);
            }
        }
        assertThat(reports.values()).as("reports of a timestep: " + reports).containsOnly(1);
    }

    private List<Long> registers() {
        var registers = new ArrayList<>(List.of(0L));
        for (LedgerEvent event : events()) {
            if (event instanceof LedgerEvent.MetersReported e) {
                e.entries().stream()
                        .filter(entry -> entry.chargePoint() == 0)
                        .forEach(entry -> registers.add(entry.registerWh()));
            }
        }
        return registers;
    }

    /** How often the plan of each timestep became final. */
    private SortedMap<Integer, Integer> finals() {
        var finals = new TreeMap<Integer, Integer>();
        for (LedgerEvent event : events()) {
            if (event instanceof LedgerEvent.PlanFinal e) {
                finals.merge(e.timestep(), 1, Integer::sum);
            }
        }
        return finals;
    }

    private List<LedgerEvent> events() {
        var blocks = new NodeBlockSource(founded.network());
        return blocks.logs(founded.network().deployedAtBlock(), client.head().number()).stream()
                .flatMap(log -> LogDecoder.decode(log).stream())
                .toList();
    }

    private Driver driver(String name) {
        var made = api("POST", "/persons", office, "{\"name\":\"" + name + "\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        var driver = new Driver(json(made).get("key").asText());
        await("the key counts", () -> api("GET", "/me", driver.key(), "").statusCode() == 200);
        return driver;
    }

    private HttpResponse<String> request(Driver driver, int chargePoint) {
        return api(
                "POST",
                "/me/requests",
                driver.key(),
                "{\"chargePoint\":" + chargePoint + ",\"energyWh\":60000,\"leastEnergyWh\":500,\"departure\":"
                        + (now() + STAY_SECONDS) + "}");
    }

    /** How many sessions of a driver are on the ledger; there are no others. */
    private int onLedger(Driver driver) {
        var answer = api("GET", "/me/sessions", driver.key(), "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        int count = 0;
        for (JsonNode session : json(answer).get("sessions")) {
            if (session.get("state").asText().equals("SENT")) {
                return -1;
            }
            count += session.get("state").asText().equals("ON_LEDGER") ? 1 : 0;
        }
        return count;
    }

    private static void requireAway(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(json(answer).get("detail").asText()).isNotBlank();
    }

    /** What is wrong, by part. */
    private Map<String, String> health() {
        var answer = get("/health");
        var said = json(answer);
        var problems = new TreeMap<String, String>();
        said.get("problems")
                .properties()
                .forEach(each -> problems.put(each.getKey(), each.getValue().asText()));
        assertThat(said.get("ready").asBoolean()).isEqualTo(Set.of("database").containsAll(problems.keySet()));
        assertThat(answer.statusCode()).isEqualTo(problems.isEmpty() ? 200 : 503);
        return problems;
    }

    private void startBackend() throws IOException {
        cpo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.chargeproof.cli.Main",
                        "cpo",
                        "--stations",
                        folder.resolve("stations.csv").toString(),
                        "--party",
                        "XX*CP1",
                        "--data",
                        folder.resolve("cpo").toString(),
                        "--allow",
                        "127.0.0.0/8",
                        "--http-port",
                        String.valueOf(cpoPort),
                        "--oracle",
                        fleet.url(0) + "/ocpi/versions",
                        "--oracle-token-file",
                        folder.resolve("token").toString(),
                        "--report-seconds",
                        "1")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("cpo-" + ++cpoStarts + ".log").toFile())
                .start();
    }

    /** What the backend has said since it was started last. */
    private String said() {
        assertThat(cpo.isAlive()).as("the backend runs").isTrue();
        return backendLog();
    }

    private String backendLog() {
        try {
            return Files.readString(folder.resolve("cpo-" + cpoStarts + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String session() {
        var plugged = Pattern.compile("session ([0-9a-f-]{36})").matcher(backendLog());
        assertThat(plugged.find()).isTrue();
        return plugged.group(1);
    }

    /** What the oracle was told that a session has taken; 0 when it was told nothing. */
    private long toldWh(String session) {
        String token = new FilePartners(folder.resolve("cpo/partners.json"))
                .find("oracle")
                .orElseThrow()
                .tokens()
                .getFirst();
        var answer = send(HttpRequest.newBuilder(
                        URI.create(fleet.url(0) + "/ocpi/2.2.1/receiver/sessions/XX/CP1/" + session))
                .header(
                        "authorization",
                        "Token " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8))));
        return Math.round(json(answer).at("/data/kwh").asDouble() * 1_000);
    }

    private JsonNode operatorPost(String path, String body) throws IOException {
        String key = Files.readString(folder.resolve("oracle-0/operator.key")).strip();
        return json(send(HttpRequest.newBuilder(URI.create(fleet.url(0) + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body))));
    }

    private HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(fleet.url(0) + path)));
    }

    private HttpResponse<String> api(String method, String path, String key, String body) {
        var request = HttpRequest.newBuilder(URI.create(fleet.url(0) + "/api/v1" + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(request);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String key(String name, Credentials account) throws IOException {
        Path file = folder.resolve(name + ".key");
        SecretFile.write(
                file,
                Numeric.toHexStringNoPrefixZeroPadded(account.getEcKeyPair().getPrivateKey(), 64));
        return file.toString();
    }

    /** One charge point that a backend tells of, and one at which no car stands. */
    private static Scenario scenario() {
        var nothing = new int[1];
        return new Scenario(
                "two charge points",
                0,
                1,
                List.of(new Scenario.Group(
                        "group",
                        0,
                        60_000,
                        0,
                        0,
                        List.of(
                                new Scenario.Point("XX*CP1*E1", 0, RATED_W),
                                new Scenario.Point("XX*CP1*E2", 0, RATED_W)),
                        nothing,
                        nothing,
                        nothing,
                        nothing,
                        nothing)),
                List.of(),
                List.of());
    }

    private static long now() {
        return Demonstration.clockSeconds();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(answer.body(), e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Pause.millis(100);
        }
    }
}
