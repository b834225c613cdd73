package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.world.CpoBackends;
import org.chargeproof.console.process.Folders;
import org.chargeproof.ledger.GasLimits;
import org.chargeproof.ledger.LedgerAccount;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.process.BesuFixture;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.network.process.Bytecode;
import org.chargeproof.operator.owner.RealTime;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.web3j.crypto.Credentials;

/**
 * Four operators plan while a member and a stranger send all that they can, and while the member's own node puts it into its
 * blocks: every timestep stays final, nodes need no more memory for it, and blocks go on. {@code -Pabuse} lets it take ten minutes.
 */
@EnabledIfSystemProperty(named = "chargeproof.abuse", matches = "true", disabledReason = "-Pabuse floods a network")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloodIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(30, 24, 3, 4, 2, 3);
    private static final int OPERATORS = 4;
    /** Whose keys flood, and whose node takes everything. */
    private static final int HOSTILE = 4;

    private static final int USERS = 200;
    private static final int SECONDS = Integer.getInteger("chargeproof.flood.seconds", 90);
    private static final int LOOK_SECONDS = 15;
    private static final long MOST_GROWTH_BYTES = 150L << 20;

    /** Stays, with the logs of all nodes and oracles, to look at what went wrong. */
    private final Path folder = Path.of("target", "flood-it").toAbsolutePath();

    private final Vertx vertx = Vertx.vertx();
    private final List<Keys.Operator> operators = Keys.operators(OPERATORS);
    private final List<Credentials> users =
            IntStream.range(0, USERS).mapToObj(i -> Keys.fresh()).toList();
    private final List<String> targets = new ArrayList<>();
    private BesuNetwork nodes;
    private LedgerClient client;
    private CpoBackends backends;
    private Network network;
    private OracleFleet oracles;
    private int firstPlanned;

    @BeforeAll
    void startEverything() {
        BesuFixture.require();
        Folders.delete(folder);
        backends = new CpoBackends(vertx, () -> System.currentTimeMillis() / 1_000);
        nodes = BesuFixture.start(
                folder,
                Consensus.QBFT,
                OPERATORS,
                List.of(HOSTILE),
                config -> config.replace(
                                "target-gas-limit=" + GasLimits.BLOCK, "target-gas-limit=" + 100 * GasLimits.BLOCK)
                        + """

                        plugin-charge-strangers="allow"
                        plugin-charge-fair-blocks=false
                        """);
        client = LedgerClient.connect(nodes.node(1).rpcUrl());
        var time = new RealTime(client);
        var scenario = GeneratedDay.generate(1, 1, OPERATORS, 2, 2);
        var founded =
                DemoNetwork.found(client, time, Keys.fresh(), PARAMETERS, operators, scenario, System.out::println);
        network = founded.network();
        var transactions = founded.transactions();
        transactions.send(
                operators.get(HOSTILE - 1).owner(),
                "registering users",
                network.assets().getContractAddress(),
                Pseudonyms.register(network, HOSTILE, users));
        transactions.confirm();
        var deployer = new LedgerAccount(client, operators.get(HOSTILE - 1).owner());
        for (String load :
                List.of("endless loop", "SSTORE of new words", "KECCAK256 of a word", "SLOAD of cold words")) {
            String code = Bytecode.creation(Bytecode.all().get(load).runtime());
            String hash = deployer.send(null, "0x" + code);
            while (client.receipt(hash).isEmpty()) {
                time.settle();
            }
            targets.add(client.receipt(hash).orElseThrow().getContractAddress());
        }
        firstPlanned = PARAMETERS.timestepAt(time.now()) + 3;
        founded.approvePrograms(firstPlanned);
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
    void everyTimestepIsFinalWhileAMemberAndAStrangerFlood() {
        while (currentTimestep() < firstPlanned) {
            Pause.millis(200);
        }
        var all = nodes.nodes().stream().map(BesuNode::rpcUrl).toList();
        var one = List.of(all.getFirst());
        var hostileNode = List.of(all.get(HOSTILE - 1));
        var member = operators.get(HOSTILE - 1);
        var stranger = Keys.fresh();
        var begin = client.head();
        int firstTimestep = PARAMETERS.timestepAt(begin.timestampSeconds()) + 1;
        var memory = new LinkedHashMap<String, List<Long>>();
        nodes.nodes().forEach(n -> memory.put(n.name(), new ArrayList<>()));
        long taken;
        long refused;
        try (var flood = new Flood()) {
            flood.with(Flood.Kind.LOOPS, List.of(member.meter()), all, targets)
                    .with(Flood.Kind.DATA, List.of(member.owner()), one, targets)
                    .with(Flood.Kind.SMALL, users, all, List.of(member.oracle().getAddress()))
                    .with(Flood.Kind.LOOPS, List.of(stranger), hostileNode, targets)
                    .with(
                            Flood.Kind.SMALL,
                            List.of(Keys.fresh()),
                            all,
                            List.of(member.oracle().getAddress()))
                    .with(Flood.Kind.DATA, List.of(Keys.fresh()), one, targets);
            for (int second = 0; second < SECONDS; second += LOOK_SECONDS) {
                Pause.millis(1_000L * LOOK_SECONDS);
                nodes.nodes().forEach(n -> memory.get(n.name()).add(residentBytes(n)));
                System.out.printf(
                        "%4d s: block %d, timestep %d, taken %d, refused %d, resident MB %s%n",
                        second + LOOK_SECONDS,
                        client.head().number(),
                        currentTimestep() - firstTimestep,
                        flood.taken(),
                        flood.refused(),
                        memory.values().stream().map(m -> m.getLast() >> 20).toList());
            }
            taken = flood.taken();
            refused = flood.refused();
            System.out.println("last refusal: " + flood.lastRefusal());
        }
        int lastTimestep = currentTimestep();
        var gas = blocks(begin.number());
        System.out.printf(
                "flood of %d s: %d transactions taken, %d refused; timesteps %d to %d%n",
                SECONDS, taken, refused, firstTimestep, lastTimestep);
        assertThat(taken).isPositive();
        assertThat(refused).isPositive();
        for (int timestep = firstTimestep; timestep <= lastTimestep; timestep++) {
            var verdict = verdict(nodes.node(1), timestep);
            System.out.println(timestep + ": " + verdict.path("outcome").asText());
            assertThat(verdict.path("outcome").asText()).as(verdict.toString()).isEqualTo("FINAL");
        }
        assertThat(gas).as("blocks that hold gas").isNotEmpty();
        memory.forEach((name, bytes) -> assertThat(bytes.getLast())
                .as("resident memory of " + name + ": " + bytes)
                .isLessThan(bytes.get(bytes.size() / 3) + MOST_GROWTH_BYTES));
    }

    /** Gas by proposer; prints how blocks went. */
    private Map<String, Long> blocks(long first) {
        var gas = new TreeMap<String, Long>();
        var counts = new TreeMap<String, Integer>();
        long last = client.head().number();
        long before = client.header(first).timestampSeconds();
        long begin = before;
        long longest = 0;
        for (long number = first + 1; number <= last; number++) {
            JsonNode block = nodes.node(1).rpc().call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
            long timestamp = number(block, "timestamp");
            longest = Math.max(longest, timestamp - before);
            before = timestamp;
            gas.merge(block.get("miner").asText(), number(block, "gasUsed"), Long::sum);
            counts.merge(block.get("miner").asText(), 1, Integer::sum);
            // the hostile node pulls, all others pull back
            assertThat(number(block, "gasLimit")).isBetween(GasLimits.BLOCK, GasLimits.BLOCK + GasLimits.BLOCK / 500);
        }
        System.out.printf("%d blocks in %d s, longest pause %d s%n", last - first, before - begin, longest);
        gas.forEach((miner, used) -> System.out.printf(
                "  %s%s: %d blocks, %.1f Mgas each%n",
                miner,
                miner.equals(nodes.node(HOSTILE).folder().address()) ? " (hostile)" : "",
                counts.get(miner),
                used / 1e6 / counts.get(miner)));
        assertThat(longest).as("seconds between two blocks").isLessThan(PARAMETERS.timestepSeconds());
        return gas;
    }

    private static long number(JsonNode block, String field) {
        return new BigInteger(block.get(field).asText().substring(2), 16).longValueExact();
    }

    private int currentTimestep() {
        return PARAMETERS.timestepAt(client.head().timestampSeconds());
    }

    private static JsonNode verdict(BesuNode node, int timestep) {
        return node.rpc().tryCall("charge_verdict", timestep).orElse(MissingNode.getInstance());
    }

    private static long residentBytes(BesuNode node) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(node.pid().orElseThrow()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
