package org.chargeproof.operator.network.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.GenesisSummary;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.network.process.NodeState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code chargeproof network status}. */
@Command(
        name = "status",
        header = "Shows the nodes of this machine and whether blocks flow.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Shows the nodes of this machine, who validates, and whether blocks flow. Exit code: 0 blocks flow, 1 they do not.")
final class NetworkStatusCommand implements Callable<Integer> {
    private static final int POLL_MILLIS = 250;
    /** A proposer that is gone costs a round of some seconds, and the next may be gone too. */
    private static final int ROUNDS_MILLIS = 14_000;

    private static final int MILLIS = 1_000;

    @Mixin
    private NetworkSelection selection = new NetworkSelection();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        BesuNetwork network = selection.network();
        List<NodeState> states = network.states();
        List<String> validators = validators(network, states);
        var table = new TextTable("node", "state", "pid", "block", "peers", "validator", "plugin", "address");
        for (NodeState state : states) {
            BesuNode node = network.node(state.name());
            table.row(
                    state.name(),
                    describe(state),
                    node.pid().map(String::valueOf).orElse("-"),
                    state.answers() ? String.valueOf(state.block()) : "-",
                    state.peers() < 0 ? "-" : String.valueOf(state.peers()),
                    validators.isEmpty()
                            ? "?"
                            : validators.contains(node.folder().address()) ? "yes" : "no",
                    state.answers() ? plugin(node) : "-",
                    node.folder().address());
        }
        table.print(out);
        out.println();
        boolean flowing = flows(network, states);
        out.println(summary(network, states, validators, flowing));
        out.flush();
        return flowing ? 0 : 1;
    }

    private static String describe(NodeState state) {
        if (state.running()) {
            return state.answers() ? "running" : "no answer";
        }
        return state.answers() ? "elsewhere" : "stopped";
    }

    private static String plugin(BesuNode node) {
        Optional<JsonNode> status = node.rpc().tryCall("charge_status");
        return status.map(s -> s.path("version").asText("yes")).orElse("no plugin");
    }

    private static List<String> validators(BesuNetwork network, List<NodeState> states) {
        if (states.stream().noneMatch(NodeState::answers)) {
            return List.of();
        }
        try {
            return network.votes().validators();
        } catch (LedgerException e) {
            // a node may end between two looks
            return List.of();
        }
    }

    private static boolean flows(BesuNetwork network, List<NodeState> before) {
        List<NodeState> answering = before.stream().filter(NodeState::answers).toList();
        long newest = answering.stream().mapToLong(NodeState::block).max().orElse(-1);
        long deadline = System.nanoTime()
                + (ROUNDS_MILLIS + 2L * MILLIS * network.folder().rules().blockSeconds()) * 1_000_000;
        while (newest >= 0 && System.nanoTime() < deadline) {
            for (NodeState state : answering) {
                if (network.node(state.name()).rpc().block().orElse(-1L) > newest) {
                    return true;
                }
            }
            Pause.millis(POLL_MILLIS);
        }
        return false;
    }

    private String summary(BesuNetwork network, List<NodeState> states, List<String> validators, boolean flowing) {
        long newest = states.stream().mapToLong(NodeState::block).max().orElse(-1);
        if (newest < 0) {
            return "no node answers. Start the network: " + Invocation.of("network up") + selection.asOptions();
        }
        int needed = GenesisSummary.quorum(validators.size());
        String consensus = network.folder().rules().consensusAt(newest).section();
        String who = validators.size() + " validators (" + consensus + "), " + needed + " needed for blocks";
        if (flowing) {
            return "blocks flow: " + who;
        }
        if (states.stream().noneMatch(s -> s.peers() > 0)) {
            return "NO NEW BLOCKS: " + who
                    + "; nodes here are connected to no other. Have the other operators allowed them"
                    + " ('network allow'), and do theirs run?";
        }
        long here = states.stream()
                .filter(NodeState::answers)
                .filter(s -> validators.contains(network.node(s.name()).folder().address()))
                .count();
        long down = states.stream()
                .filter(s -> !s.answers())
                .filter(s -> validators.contains(network.node(s.name()).folder().address()))
                .count();
        return "NO NEW BLOCKS: " + who + "; " + here + " answer here, " + down
                + " here do not. After a halt the first block may"
                + " take some minutes: rounds get longer while validators are missing.";
    }
}
