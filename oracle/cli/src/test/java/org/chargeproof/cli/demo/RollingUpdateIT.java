package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.console.process.Folders;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.process.BesuFixture;
import org.chargeproof.operator.network.process.BesuInstallation;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.network.process.NodeOptions;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.web3j.crypto.Credentials;

/**
 * Four operators update their nodes from one Besu to the next, one after the other, while cars charge and users send what they can:
 * every timestep stays final, and all nodes tell the same story in the end. {@code -Pupdate} with
 * {@code -Dchargeproof.update.steps=BESU_HOME[@PLUGINS],BESU_HOME[@PLUGINS],...}; without a folder of plugins, it is the built one.
 */
@EnabledIfSystemProperty(named = "chargeproof.update", matches = "true", disabledReason = "-Pupdate updates a network")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RollingUpdateIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(60, 48, 6, 4, 2, 3);
    private static final int OPERATORS = 4;
    private static final int USERS = 40;
    private static final int READY_SECONDS = 150;
    private static final String STEPS = System.getProperty("chargeproof.update.steps", "");

    /** Stays, with the logs of all nodes and oracles, to look at what went wrong. */
    private final Path folder = Path.of("target", "rolling-update-it").toAbsolutePath();

    private final Vertx vertx = Vertx.vertx();
    private final List<Keys.Operator> operators = Keys.operators(OPERATORS);
    private final List<Credentials> users =
            IntStream.range(0, USERS).mapToObj(i -> Keys.fresh()).toList();
    private final List<BesuNetwork> networks = new ArrayList<>();
    private CpoBackends backends;
    private OracleFleet oracles;
    private int firstPlanned;
    private int startedAgain;

    /** Besu and plugin that nodes are updated to. */
    private record Step(BesuInstallation besu, NodeOptions options, String name) {
        static Step of(String text) {
            var parts = text.split("@", 2);
            var besu = BesuFixture.at(Path.of(parts[0]));
            var built = NodeOptions.endingWithUs();
            assertThat(built.plugins())
                    .as("the plugin is not built: plugin/target/besu-plugins")
                    .isNotNull();
            return new Step(
                    besu,
                    parts.length == 1 ? built : built.withPlugins(Path.of(parts[1])),
                    besu.version() + (parts.length == 1 ? "" : " with the plugins of " + parts[1]));
        }
    }

    @BeforeAll
    void startEverything() {
        assertThat(STEPS.split(",", -1))
                .as(
                        "SAY FROM WHAT TO WHAT: -Dchargeproof.update.steps=BESU_HOME[@PLUGINS],BESU_HOME[@PLUGINS],..., at least two")
                .hasSizeGreaterThan(1);
        Folders.delete(folder);
        backends = new CpoBackends(vertx, () -> System.currentTimeMillis() / 1_000);
        var first = Step.of(STEPS.split(",", -1)[0]);
        System.out.println("all nodes: " + first.name());
        networks.add(BesuNetwork.create(folder, Consensus.IBFT2, OPERATORS, first.besu()));
        var nodes = network(first);
        nodes.start();
        nodes.awaitBlocks(Duration.ofMinutes(10), states -> {});
        Network network = deploy(nodes.node(1).rpcUrl());
        oracles = BesuOracles.start(folder.resolve("oracles"), network, nodes, operators, backends);
    }

    /** Contracts, assets, drivers at every charge point of the first operator. */
    private Network deploy(String url) {
        try (var client = LedgerClient.connect(url)) {
            var time = new RealTime(client);
            var scenario = GeneratedDay.generate(1, 1, OPERATORS, 8, 10);
            var founded =
                    DemoNetwork.found(client, time, Keys.fresh(), PARAMETERS, operators, scenario, System.out::println);
            var network = founded.network();
            var transactions = founded.transactions();
            firstPlanned = PARAMETERS.timestepAt(time.now()) + 3;
            founded.approvePrograms(firstPlanned);
            transactions.send(
                    operators.getFirst().owner(),
                    "registering users",
                    network.assets().getContractAddress(),
                    Pseudonyms.register(network, 1, users));
            transactions.confirm();
            var points = scenario.groups().stream()
                    .flatMap(group -> group.points().stream())
                    .toList();
            int driver = 0;
            for (int point = 0; point < points.size() && driver < USERS; point++) {
                if (points.get(point).operator() == 0) {
                    transactions.send(
                            users.get(driver++),
                            "asking for energy",
                            network.charging().getContractAddress(),
                            network.charging()
                                    .request(
                                            BigInteger.valueOf(point),
                                            BigInteger.valueOf(60_000),
                                            BigInteger.valueOf(1_000),
                                            BigInteger.ZERO,
                                            BigInteger.valueOf(time.now() + 80L * PARAMETERS.timestepSeconds()),
                                            true));
                }
            }
            transactions.confirm();
            System.out.printf("%d charge points, %d drivers have asked%n", points.size(), driver);
            return network;
        }
    }

    @AfterAll
    void endEverything() {
        if (oracles != null) {
            oracles.close();
        }
        networks.forEach(BesuNetwork::close);
        if (backends != null) {
            backends.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void everyTimestepIsFinalWhileNodesAreUpdatedOneAfterTheOther() throws IOException {
        var steps = STEPS.split(",", -1);
        var nodes = networks.getLast();
        await("the first plan", () -> currentTimestep() > firstPlanned);
        int firstTimestep = currentTimestep();
        long firstBlock = block(nodes.node(1));
        var urls = nodes.nodes().stream().map(BesuNode::rpcUrl).toList();
        try (var load = new Flood()) {
            load.with(
                    Flood.Kind.SMALL,
                    users,
                    urls,
                    List.of(operators.getFirst().oracle().getAddress()));
            for (int i = 1; i < steps.length; i++) {
                var step = Step.of(steps[i]);
                var updated = network(step);
                for (int number = 1; number <= OPERATORS; number++) {
                    update(nodes.node(number), updated.node(number), step);
                }
                nodes = updated;
            }
            System.out.printf("load: %d transactions taken, %d refused%n", load.taken(), load.refused());
            assertThat(load.taken()).isPositive();
        }
        int lastTimestep = currentTimestep() - 1;
        long longest = longestPause(nodes.node(1), firstBlock);
        System.out.printf(
                "timesteps %d to %d, longest pause between two blocks %d s%n", firstTimestep, lastTimestep, longest);
        for (int timestep = firstTimestep; timestep <= lastTimestep; timestep++) {
            var verdict = verdict(nodes.node(1), timestep);
            assertThat(verdict.path("outcome").asText()).as(verdict.toString()).isEqualTo("FINAL");
            assertThat(verdict.get("posts").findValuesAsText("verdict")).containsOnly("MATCH");
        }
        System.out.printf(
                "%d of %d timesteps final%n", lastTimestep - firstTimestep + 1, lastTimestep - firstTimestep + 1);
        requireSameJournals(nodes);
    }

    /** As docs/how-to/update-besu.md says: stop, start with the new one, wait for /readiness, wait for the operator's vote. */
    private void update(BesuNode before, BesuNode after, Step step) {
        long began = System.nanoTime();
        before.stop();
        after.start();
        while (!isReadyWithin(after, READY_SECONDS)) {
            // a validator of a Besu up to 26.8.0 that catches up can lock itself up: docs/how-to/update-besu.md
            System.out.printf("%s is not ready after %d s, and is started again%n", after.name(), READY_SECONDS);
            startedAgain++;
            assertThat(startedAgain).as("nodes that had to be started again").isLessThan(OPERATORS);
            after.kill();
            after.start();
        }
        long ready = System.nanoTime();
        assertThat(after.rpc().call("web3_clientVersion").asText())
                .contains(step.besu().version());
        int next = currentTimestep() + 1;
        await(
                "votes of all on a timestep from " + next,
                () -> IntStream.rangeClosed(next, currentTimestep())
                        .anyMatch(timestep -> votes(after, timestep) == OPERATORS));
        System.out.printf(
                "%s: %s, ready after %d s, votes of all after %d s%n",
                after.name(),
                step.name(),
                TimeUnit.NANOSECONDS.toSeconds(ready - began),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    }

    private static boolean isReadyWithin(BesuNode node, long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < deadline) {
            node.requireAlive();
            if (readiness(node).filter(text -> text.contains("UP")).isPresent()) {
                return true;
            }
            Pause.millis(300);
        }
        return false;
    }

    private BesuNetwork network(Step step) {
        var network = new BesuNetwork(
                NetworkFolder.read(folder.resolve("network")), folder.resolve("nodes"), step.besu(), step.options());
        networks.add(network);
        return network;
    }

    private void requireSameJournals(BesuNetwork nodes) throws IOException {
        // nothing new is written while nobody makes blocks
        nodes.stop();
        byte[] shortest = null;
        var journals = new ArrayList<byte[]>();
        for (BesuNode node : nodes.nodes()) {
            byte[] journal = Files.readAllBytes(node.dataFolder().resolve("chargeproof/journal.jsonl"));
            journals.add(journal);
            shortest = shortest == null || journal.length < shortest.length ? journal : shortest;
        }
        assertThat(shortest).isNotNull().hasSizeGreaterThan(1_000);
        for (byte[] journal : journals) {
            assertThat(journal).startsWith(shortest);
        }
        System.out.printf("journals of %d nodes agree in %d bytes%n", journals.size(), shortest.length);
    }

    private static long longestPause(BesuNode node, long first) {
        long last = block(node);
        long before = timestamp(node, first);
        long longest = 0;
        for (long number = first + 1; number <= last; number++) {
            long now = timestamp(node, number);
            longest = Math.max(longest, now - before);
            before = now;
        }
        return longest;
    }

    private static long timestamp(BesuNode node, long block) {
        String text = node.rpc()
                .call("eth_getBlockByNumber", "0x" + Long.toHexString(block), false)
                .get("timestamp")
                .asText();
        return Long.parseLong(text.substring(2), 16);
    }

    /** As the first node that answers has it. */
    private int currentTimestep() {
        return networks.getLast().nodes().stream()
                .flatMap(node -> node.rpc().tryCall("charge_timestep").stream())
                .map(answer -> answer.get("timestep").asInt())
                .findFirst()
                .orElse(0);
    }

    private static int votes(BesuNode node, int timestep) {
        var verdict = verdict(node, timestep);
        return verdict.path("outcome").asText().equals("FINAL")
                ? verdict.get("posts")
                        .get(verdict.get("finalCandidate").asInt())
                        .get("attestations")
                        .size()
                : 0;
    }

    private static JsonNode verdict(BesuNode node, int timestep) {
        return node.rpc().tryCall("charge_verdict", timestep).orElse(MissingNode.getInstance());
    }

    private static long block(BesuNode node) {
        return node.rpc().block().orElse(-1L);
    }

    private static Optional<String> readiness(BesuNode node) {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(
                            "http://127.0.0.1:" + node.folder().ports().rpc() + "/readiness"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            // 200 and 503 say something, 500 is an error
            assertThat(response.statusCode()).as(response.body()).isIn(200, 404, 503);
            return Optional.of(response.body());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(6);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting 6 min for: " + what).isLessThan(deadline);
            Pause.millis(300);
        }
    }
}
