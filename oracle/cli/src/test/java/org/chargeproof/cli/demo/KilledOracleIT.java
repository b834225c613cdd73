package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chargeproof.cli.demo.ledger.DemoNodes;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.cli.demo.scenario.GeneratedDay;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.oracle.PhaseListener.Phase;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.response.EthBlock;

/**
 * Oracles killed with SIGKILL: where what they have signed is in the outbox alone, one as leader and one of the others;
 * with {@code -Plong} both, in every phase of a timestep.
 */
class KilledOracleIT {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final int OPERATORS = 4;
    private static final long START = 1_780_272_000;
    private static final boolean LONG = Boolean.getBoolean("chargeproof.long");
    /** Places in the rotation, from the leader on: in each phase one of them, or all. */
    private static final List<Integer> RANKS = List.of(0, 2);

    private static final List<Phase> PHASES =
            LONG ? List.of(Phase.values()) : List.of(Phase.VOTE_SIGNED, Phase.APPLIED_SIGNED);

    private static final int KILLS = PHASES.size() * (LONG ? RANKS.size() : 1);
    private static final int UNDISTURBED_STEPS = 2;
    private static final int HOURS = Math.ceilDiv(UNDISTURBED_STEPS + KILLS, PARAMETERS.stepsPerHour());

    @TempDir
    private Path folder;

    /** What is on the ledger at the end, apart from block numbers and random accounts. */
    private record Ledger(
            TreeMap<Integer, List<String>> finals,
            TreeMap<String, Integer> said,
            TreeMap<String, String> applied,
            TreeMap<Integer, String> sessions,
            List<String> refused) {
        /** Who posts may change when the leader is dead for a while; who votes, and records what was applied, may not. */
        Set<String> votesAndRecords() {
            return Stream.concat(
                            said.keySet().stream().filter(key -> !key.startsWith("post") && !key.startsWith("applied")),
                            applied.entrySet().stream().map(Object::toString))
                    .collect(Collectors.toSet());
        }
    }

    private record Kill(Phase phase, int timestep, int oracle) {
        /** As {@link HaltingOracle} reads it. */
        @Override
        public String toString() {
            return phase + " " + timestep + " " + oracle;
        }
    }

    /** Whom to kill in which phase: one oracle in each timestep. */
    private static final class Killer implements Demonstration.Oracles {
        private final Path folder;
        private final List<Kill> kills = new ArrayList<>();
        private int next;

        Killer(Path folder) {
            this.folder = folder;
            // in timestep t, the oracle at position t of the rotation leads
            int timestep = PARAMETERS.timestepAt(START) + UNDISTURBED_STEPS;
            for (Phase phase : PHASES) {
                for (int rank : LONG ? RANKS : List.of(RANKS.get(kills.size() % RANKS.size()))) {
                    kills.add(new Kill(phase, timestep, (timestep + rank) % OPERATORS));
                    timestep++;
                }
            }
            arm();
        }

        @Override
        public List<String> program(int number) {
            return List.of("-Dhalt.folder=" + folder, "-Dhalt.number=" + number, HaltingOracle.class.getName());
        }

        @Override
        public void whileWaiting(OracleFleet fleet) {
            try {
                if (Files.deleteIfExists(folder.resolve("halted"))) {
                    int victim = kills.get(next++).oracle();
                    arm();
                    fleet.kill(victim);
                    fleet.startAgain(victim);
                    fleet.awaitStarted();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void arm() {
            try {
                if (next < kills.size()) {
                    Files.writeString(folder.resolve("halt"), kills.get(next).toString());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void leaveTheSameLedger() throws IOException {
        var scenario = GeneratedDay.generate(7, HOURS, OPERATORS, 2, 4);
        Path haltFolder = Files.createDirectory(folder.resolve("halt-here"));
        var killer = new Killer(haltFolder);

        Ledger undisturbed = run("undisturbed", scenario, Demonstration.oracles(0));
        Ledger disturbed = run("disturbed", scenario, killer);

        assertThat(killer.next).as("kills that happened, of " + killer.kills).isEqualTo(killer.kills.size());
        assertThat(disturbed.finals()).isEqualTo(undisturbed.finals());
        assertThat(disturbed.sessions()).isEqualTo(undisturbed.sessions());
        assertThat(disturbed.said().entrySet())
                .as("what is said twice, after kills " + killer.kills)
                .filteredOn(said -> said.getValue() > 1)
                .isEmpty();
        assertThat(disturbed.votesAndRecords()).as("and everything is said").isEqualTo(undisturbed.votesAndRecords());
        assertThat(disturbed.refused()).as("transactions that were refused").isEmpty();
    }

    private Ledger run(String name, Scenario scenario, Demonstration.Oracles oracles) {
        try (var embedded = EmbeddedLedger.start(START - PARAMETERS.timestepSeconds())) {
            var demonstration = new Demonstration(
                    new Demonstration.Options(
                            DemoNodes.one(embedded.url(), false),
                            "embedded",
                            PARAMETERS,
                            true,
                            START,
                            OPERATORS,
                            Mischief.NONE,
                            folder.resolve(name)),
                    scenario,
                    oracles,
                    System.out::println);
            var report = demonstration.run(System.nanoTime());
            assertThat(report.reasons()).isEmpty();
            try (var client = LedgerClient.connect(embedded.url())) {
                return read(Network.discover(client, demonstration.consortium()));
            }
        }
    }

    private static Ledger read(Network network) {
        var posts = new TreeMap<String, LedgerEvent.PlanPosted>();
        var ledger = new Ledger(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), refused(network));
        var blocks = new NodeBlockSource(network);
        for (var log : blocks.logs(network.deployedAtBlock(), blocks.head().number())) {
            switch (LogDecoder.decode(log).orElseThrow()) {
                case LedgerEvent.PlanPosted e -> {
                    posts.put(e.timestep() + "/" + e.candidate(), e);
                    ledger.said().merge("post " + e.timestep() + " by " + e.operator(), 1, Integer::sum);
                }
                case LedgerEvent.PlanAttested e ->
                    ledger.said().merge("vote " + e.timestep() + " by " + e.operator(), 1, Integer::sum);
                case LedgerEvent.SetpointsApplied e -> {
                    // a car that comes in between makes another record: the last one counts
                    String what = "applied " + e.timestep() + " by " + e.operator();
                    String chargePoints = e.chargePoints().toHexString();
                    ledger.said().merge(what + ": " + chargePoints, 1, Integer::sum);
                    ledger.applied().put(what, chargePoints);
                }
                case LedgerEvent.FallbackDeclared e -> ledger.said().merge("fallback " + e.timestep(), 1, Integer::sum);
                case LedgerEvent.PlanFinal e -> {
                    var post = Objects.requireNonNull(posts.get(e.timestep() + "/" + e.candidate()));
                    ledger.finals()
                            .put(
                                    e.timestep(),
                                    List.of(
                                            post.inputsRoot().toHexString(),
                                            post.plansRoot().toHexString(),
                                            post.setpointsRoot().toHexString(),
                                            post.setpoints().toHexString(),
                                            post.decisions().toHexString()));
                }
                case LedgerEvent.RequestDecided e ->
                    ledger.sessions().put(e.session(), e.timestep() + " " + e.accepted());
                default -> {
                    // the same by construction
                }
            }
        }
        return ledger;
    }

    /** Sender and function of transactions that failed. */
    private static List<String> refused(Network network) {
        var refused = new ArrayList<String>();
        var client = network.client();
        for (long number = network.deployedAtBlock(); number <= client.head().number(); number++) {
            var block = client.ask(client.web3j()
                            .ethGetBlockByNumber(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)), true))
                    .getBlock();
            for (EthBlock.TransactionResult<?> result : block.getTransactions()) {
                var transaction = (EthBlock.TransactionObject) result.get();
                var receipt = client.receipt(transaction.getHash()).orElseThrow();
                if (!receipt.isStatusOK()) {
                    refused.add("block " + number + " at " + block.getTimestamp() + " from " + transaction.getFrom()
                            + ": "
                            + transaction
                                    .getInput()
                                    .substring(
                                            0,
                                            Math.min(74, transaction.getInput().length()))
                            + " " + client.head().number());
                }
            }
        }
        return refused;
    }
}
