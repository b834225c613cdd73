package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.console.process.Folders;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.files.NodePorts;
import org.chargeproof.operator.network.process.BesuFixture;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A consortium of four: Besu nodes with the plugin, an oracle at each, contracts and cars; then everything that can happen to
 * it, in turn. In the end all nodes must tell the same story, byte for byte.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("eight processes in real time: others would make their timesteps late")
class BesuNetworkIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(12, 8, 1, 4, 2, 3);
    private static final int OPERATORS = 4;
    /** Its pool refuses plans that do not match. */
    private static final int REJECTING = 2;
    /** After this a validator gives up on the first round, after twice this on the second. */
    private static final long ROUND_MILLIS = 4_000;

    /** Its oracle is killed, then the node itself; both come back. */
    private static final int LOST = 4;

    /** Stays, with the logs of all nodes and oracles, to look at what went wrong. */
    private final Path folder = Path.of("target", "besu-network-it").toAbsolutePath();

    private final Vertx vertx = Vertx.vertx();
    private final List<Keys.Operator> operators = Keys.operators(OPERATORS);
    private BesuNetwork nodes;
    private LedgerClient client;
    private CpoBackends backends;
    private Network network;
    private OracleFleet oracles;
    private int firstSession;
    private int firstPlanned;
    private int lastFinal;

    @BeforeAll
    void startEverything() {
        BesuFixture.require();
        Folders.delete(folder);
        backends = new CpoBackends(vertx, () -> System.currentTimeMillis() / 1_000);
        nodes = BesuFixture.start(folder, Consensus.IBFT2, OPERATORS, Set.of(REJECTING));
        client = LedgerClient.connect(nodes.node(1).rpcUrl());
        var time = new RealTime(client);
        var scenario = GeneratedDay.generate(1, 1, OPERATORS, 2, 2);
        var founded =
                DemoNetwork.found(client, time, Keys.fresh(), PARAMETERS, operators, scenario, System.out::println);
        network = founded.network();
        var transactions = founded.transactions();
        firstPlanned = PARAMETERS.timestepAt(time.now()) + 3;
        founded.approvePrograms(firstPlanned);
        var driver = Keys.fresh();
        for (var operator : operators) {
            transactions.send(
                    operator.owner(),
                    "registering the driver",
                    network.assets().getContractAddress(),
                    Pseudonyms.register(network, operators.indexOf(operator) + 1, List.of(Keys.fresh())));
        }
        int provider = scenario.groups().getFirst().points().getFirst().operator();
        transactions.send(
                operators.get(provider).owner(),
                "registering the driver",
                network.assets().getContractAddress(),
                Pseudonyms.register(network, provider + 1, List.of(driver)));
        transactions.confirm();
        transactions.send(
                driver,
                "asking for energy",
                network.charging().getContractAddress(),
                network.charging()
                        .request(
                                BigInteger.ZERO,
                                BigInteger.valueOf(60_000),
                                BigInteger.valueOf(60_000),
                                BigInteger.ZERO,
                                BigInteger.valueOf(time.now() + 60L * PARAMETERS.timestepSeconds()),
                                true));
        transactions.confirm();
        firstSession = client.call(network.charging().sessionCount()).intValueExact();
        oracles = BesuOracles.start(folder.resolve("oracles"), network, nodes, operators, backends);
    }

    @AfterAll
    void endEverything() {
        if (oracles != null) {
            oracles.close();
        }
        if (client != null) {
            client.close();
        }
        if (nodes != null) {
            nodes.close();
        }
        if (backends != null) {
            backends.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    @Order(1)
    void oraclesAttestOverTheirOwnNodesAndEveryNodeVerifies() throws IOException {
        int timestep = awaitFinal(4, 1);
        lastFinal = timestep;
        for (BesuNode node : nodes.nodes()) {
            await(
                    "the same verdict on " + node.name(),
                    () -> verdict(node, timestep).path("outcome").asText().equals("FINAL"));
            var verdict = verdict(node, timestep);
            assertThat(verdict.get("posts").get(0).get("verdict").asText()).isEqualTo("MATCH");
            await(
                    "votes of all",
                    () -> verdict(node, timestep)
                                    .get("posts")
                                    .get(0)
                                    .get("attestations")
                                    .size()
                            == OPERATORS);
            assertThat(metric(node, "charge_verdicts_total{verdict=\"MATCH\"")).isPositive();
            assertThat(Files.readString(node.logFile())).contains("MATCH: timestep " + timestep);
            assertThat(http("http://127.0.0.1:" + node.folder().ports().rpc() + "/readiness"))
                    .contains("UP");
        }
    }

    @Test
    @Order(2)
    void appBackendsAreToldWhatTheyWouldOtherwiseDecode() {
        var told = nodes.nodes().stream()
                .map(node -> node.rpc().call("charge_network").toString())
                .distinct()
                .toList();
        assertThat(told).hasSize(1);
        BesuNode node = nodes.node(3);
        await(
                "power",
                () -> node.rpc()
                                .call("charge_session", firstSession)
                                .path("powerW")
                                .asInt()
                        > 0);
        var points = node.rpc().call("charge_chargePoints").get("chargePoints");
        assertThat(points).hasSize(4);
        assertThat(points.findValuesAsText("available")).containsExactly("false", "true", "true", "true");
        int timestep = node.rpc().call("charge_timestep").get("timestep").asInt();
        var setpoint = node.rpc()
                .call("charge_setpoints", 0, timestep, 1)
                .get("setpoints")
                .get(0);
        var onChain =
                client.call(network.plans().setpoints(BigInteger.valueOf(timestep), BigInteger.ZERO, BigInteger.ONE));
        assertThat(setpoint.get("powerW").asLong())
                .isEqualTo(onChain.component2().getFirst().longValueExact());
        var plan = node.rpc().call("charge_plan", 0);
        assertThat(plan.get("session").asInt()).isEqualTo(firstSession);
        assertThat(plan.get("powerW")).isNotEmpty();
        assertThat(plan.get("groupPowerW")).hasSize(96);
        // a receipt names a timestep when its meter readings are on the chain, one timestep after its power was planned
        await(
                "a receipt",
                () -> !node.rpc()
                        .call("charge_receipt", firstSession)
                        .path("timesteps")
                        .isEmpty());
        assertThat(node.rpc().call("charge_discover").get("methods")).hasSize(20);
        assertThatThrownBy(() -> node.rpc().call("charge_session", 77)).hasMessageContaining("there is no session 77");
    }

    @Test
    @Order(3)
    void anOracleAnswersAppBackendsAsItsNodeDoesByteForByte() {
        int timestep = lastFinal;
        var document = ChargeCalls.result(nodes.node(1).rpcUrl(), ChargeCalls.call("discover"));
        for (int i = 0; i < OPERATORS; i++) {
            String node = nodes.node(i + 1).rpcUrl();
            String oracle = oracles.url(i) + "/rpc";
            for (String call : ChargeCalls.all(firstSession, timestep)) {
                // blocks come every second: both must have been asked between the same two
                await(
                        "the same answer to " + call,
                        () -> ChargeCalls.ask(oracle, call).equals(ChargeCalls.ask(node, call)));
                ChargeCalls.requireDescribed(document, call, ChargeCalls.ask(oracle, call));
            }
            var status = ChargeCalls.result(oracle, ChargeCalls.call("status"));
            assertThat(status.get("version").asText()).startsWith("oracle ");
            assertThat(status.get("match").asLong()).isPositive();
            assertThat(status.get("mismatch").asLong()).isZero();
        }
    }

    @Test
    @Order(4)
    void anOracleIsKilledAndAWrongPlanComesInItsName() {
        int liar = LOST - 1;
        oracles.kill(liar);
        // the first timestep for which the liar is not the last of all
        int timestep = currentTimestep() + 2;
        int rank = (liar + OPERATORS - timestep % OPERATORS) % OPERATORS;
        var time = new RealTime(client);
        time.advanceTo(PARAMETERS.turnOf(timestep, rank));
        var algorithm = client.call(network.algorithms().algorithmAt(BigInteger.valueOf(timestep)));
        String wrong = network.plans()
                .post(
                        new Plans.Commitment(
                                BigInteger.valueOf(timestep),
                                BigInteger.valueOf(client.head().number() - 1),
                                algorithm,
                                Bytes32.ZERO.toArray(),
                                Bytes32.ZERO.toArray(),
                                Bytes32.ZERO.toArray()),
                        Setpoints.pack(new int[] {1, 2, 3, 4}).toArray(),
                        new byte[0])
                .encodeFunctionCall();
        String to = network.plans().getContractAddress();
        var key = operators.get(liar).oracle();
        try (var rejecting = LedgerClient.connect(nodes.node(REJECTING).rpcUrl())) {
            assertThatThrownBy(() -> new LedgerAccount(rejecting, key).send(to, wrong))
                    .hasMessageContaining("does not match");
        }
        new LedgerAccount(client, key).send(to, wrong);
        for (BesuNode node : nodes.nodes()) {
            await(
                    "a mismatch on " + node.name(),
                    () -> verdict(node, timestep)
                            .path("posts")
                            .findValuesAsText("verdict")
                            .contains("MISMATCH"));
            await(
                    "the right plan on " + node.name(),
                    () -> verdict(node, timestep).path("outcome").asText().equals("FINAL"));
            for (JsonNode post : verdict(node, timestep).get("posts")) {
                boolean isFinal =
                        post.get("candidate").equals(verdict(node, timestep).get("finalCandidate"));
                assertThat(post.get("verdict").asText()).isEqualTo(isFinal ? "MATCH" : "MISMATCH");
                assertThat(post.get("operator").asInt() == liar + 1).isEqualTo(!isFinal);
            }
        }
        assertThat(metric(nodes.node(REJECTING), "charge_pool_rejections_total"))
                .isPositive();
    }

    @Test
    @Order(5)
    void theValidatorOfTheKilledOracleIsKilledTooAndBothComeBack() {
        nodes.node(LOST).kill();
        int timestep = awaitFinal(3, 2);
        assertThat(timestep).isPositive();
        nodes.node(LOST).start();
        await("the validator is back", () -> behind(nodes.node(LOST)) == 0);
        oracles.startAgain(LOST - 1);
        oracles.awaitStarted();
        awaitFinal(4, 1);
        awaitSameEvents(nodes.nodes());
    }

    @Test
    @Order(6)
    void aPartOfTheNetworkIsCutOffAndComesBack() {
        nodes.partition(3);
        long block = block(nodes.node(3));
        awaitFinal(3, 1);
        assertThat(block(nodes.node(3))).isLessThanOrEqualTo(block + 3);
        nodes.heal();
        await("the part is back", () -> behind(nodes.node(3)) == 0);
        awaitFinal(4, 1);
        awaitSameEvents(nodes.nodes());
    }

    @Test
    @Order(7)
    @EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
    void theNetworkHaltsAndGoesOn() {
        nodes.node(3).kill();
        nodes.node(4).kill();
        // into the second round, which outlasts a timestep; a longer wait makes rounds longer, and the four agree later
        Pause.millis(ROUND_MILLIS);
        nodes.node(3).start();
        nodes.node(4).start();
        long halted = block(nodes.node(1));
        await("blocks again", () -> block(nodes.node(1)) > halted + 2);
        assertThat(longestPauseAfter(halted)).isGreaterThan(PARAMETERS.timestepSeconds());
        awaitFinal(4, 1);
        awaitSameEvents(nodes.nodes());
        var events = events(nodes.node(1));
        assertThat(events.findValuesAsText("missed")).contains("true");
        long sequence = events.get(0).get("sequence").asLong();
        for (JsonNode event : events) {
            assertThat(event.get("sequence").asLong()).isEqualTo(sequence++);
        }
    }

    @Test
    @Order(8)
    @EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
    void aNodeSyncsFromGenesisBecomesAValidatorAndCeasesToBeOne() {
        BesuNode late = nodes.addNode(NodePorts.free(1).getFirst());
        await("the late node has caught up", () -> behind(late) == 0);
        awaitSameEvents(nodes.nodes());
        nodes.votes().propose(late.folder().address(), true).require(Duration.ofMinutes(1));
        assertThat(nodes.votes().validators())
                .hasSize(OPERATORS + 1)
                .contains(late.folder().address());
        nodes.votes().propose(late.folder().address(), false).require(Duration.ofMinutes(1));
        assertThat(nodes.votes().validators()).hasSize(OPERATORS);
    }

    @Test
    @Order(9)
    void allNodesHaveWrittenTheSameJournal() throws IOException {
        for (BesuNode node : nodes.nodes()) {
            System.out.printf("%s: block listener p99 under %s s%n", node.name(), listenerP99(node));
            assertThat(metric(node, "charge_errors_total")).isZero();
        }
        // nothing new is written while nobody makes blocks
        nodes.stop();
        byte[] shortest = null;
        for (BesuNode node : nodes.nodes()) {
            byte[] journal = Files.readAllBytes(node.dataFolder().resolve("chargeproof/journal.jsonl"));
            if (shortest == null || journal.length < shortest.length) {
                shortest = journal;
            }
        }
        assertThat(shortest).isNotNull().hasSizeGreaterThan(5_000);
        for (BesuNode node : nodes.nodes()) {
            byte[] journal = Files.readAllBytes(node.dataFolder().resolve("chargeproof/journal.jsonl"));
            assertThat(journal).as(node.name()).startsWith(shortest);
        }
        System.out.printf(
                "journals of %d nodes agree in %d bytes%n", nodes.nodes().size(), shortest.length);
    }

    /**
     * Waits until so many timesteps in a row, from now on, are final, the last with at least so many votes. A busy machine is late at
     * times, at most with its first plans: what counts is that the network gets there.
     *
     * @return the last
     */
    private int awaitFinal(int votes, int count) {
        long now = client.head().timestampSeconds();
        int current = PARAMETERS.timestepAt(now);
        int first = Math.max(firstPlanned, now < PARAMETERS.gateOf(current) ? current + 1 : current + 2);
        BesuNode node =
                nodes.nodes().stream().filter(BesuNode::isAlive).findFirst().orElseThrow();
        var verdicts = new ArrayList<JsonNode>();
        int inARow = 0;
        for (int timestep = first; timestep < first + count + 6; timestep++) {
            int awaited = timestep;
            await("votes on timestep " + awaited, () -> votes(node, awaited) >= votes || currentTimestep() > awaited);
            var verdict = verdict(node, awaited);
            verdicts.add(verdict);
            inARow = verdict.path("outcome").asText().equals("FINAL") ? inARow + 1 : 0;
            if (inARow >= count && votes(node, awaited) >= votes) {
                return timestep;
            }
        }
        throw new AssertionError(
                "no %d timesteps in a row are final with %d votes: %s".formatted(count, votes, verdicts));
    }

    /** How many operators stand for a timestep's final plan, as a node tells; 0 without one. */
    private static int votes(BesuNode node, int timestep) {
        var verdict = verdict(node, timestep);
        return verdict.path("outcome").asText().equals("FINAL")
                ? verdict.get("posts")
                        .get(verdict.get("finalCandidate").asInt())
                        .get("attestations")
                        .size()
                : 0;
    }

    private int currentTimestep() {
        return PARAMETERS.timestepAt(client.head().timestampSeconds());
    }

    private static JsonNode verdict(BesuNode node, int timestep) {
        return node.rpc().tryCall("charge_verdict", timestep).orElse(MissingNode.getInstance());
    }

    private static JsonNode events(BesuNode node) {
        return node.rpc().call("charge_events").get("events");
    }

    private void awaitSameEvents(List<BesuNode> all) {
        await("the same events on all nodes", () -> {
            var told = new ArrayList<String>();
            for (BesuNode node : all) {
                told.add(node.rpc()
                        .tryCall("charge_events")
                        .map(e -> e.get("events").toString())
                        .orElse(node.name()));
            }
            return told.stream().distinct().count() == 1;
        });
    }

    private static long block(BesuNode node) {
        return node.rpc().block().orElse(-1L);
    }

    private long behind(BesuNode node) {
        long at = node.rpc()
                .tryCall("charge_status")
                .map(s -> s.path("processedBlock").asLong())
                .orElse(-1L);
        long newest = nodes.states().stream().mapToLong(s -> s.block()).max().orElse(0);
        return at <= 0 ? Long.MAX_VALUE : Math.max(0, newest - at - 1);
    }

    /** Between two blocks, in s, from one before a block on. */
    private long longestPauseAfter(long block) {
        return LongStream.range(block - 1, client.head().number())
                .map(number -> client.header(number + 1).timestampSeconds()
                        - client.header(number).timestampSeconds())
                .max()
                .orElseThrow();
    }

    /** Sum of the samples of a metric whose name and labels begin so. */
    private static double metric(BesuNode node, String begin) {
        return http(node.folder().metricsUrl())
                .lines()
                .filter(line -> line.startsWith(begin))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Upper bound of the bucket that holds the 99th percentile. */
    private static String listenerP99(BesuNode node) {
        double all = metric(node, "charge_block_listener_seconds_count");
        return http(node.folder().metricsUrl())
                .lines()
                .filter(line -> line.startsWith("charge_block_listener_seconds_bucket"))
                .filter(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) >= 0.99 * all)
                .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
                .findFirst()
                .orElse("?");
    }

    private static String http(String url) {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new LedgerException(url + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted", e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting 300 s for: " + what).isLessThan(deadline);
            Pause.millis(200);
        }
    }
}
