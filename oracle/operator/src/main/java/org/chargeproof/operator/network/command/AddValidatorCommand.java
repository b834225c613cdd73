package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.operator.network.files.Enode;
import org.chargeproof.operator.network.files.NodePorts;
import org.chargeproof.operator.network.process.BesuInstallation;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.network.process.NodeOptions;
import org.chargeproof.operator.network.rpc.Peers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network add-validator}. */
@Command(
        name = "add-validator",
        header = "Votes for a new validator; without an address, makes and starts one first.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description =
                "With an address: your validators vote for it. More than half of all validators must, each through its own"
                        + " operator. Without: a new node is made on this machine, started, and voted for when it has caught up.")
final class AddValidatorCommand implements Callable<Integer> {
    private static final int SYNC_SECONDS = 180;

    @Mixin
    private VoterOptions voters = new VoterOptions();

    @Mixin
    private BallotOptions ballot = new BallotOptions();

    @Parameters(
            paramLabel = "ADDRESS",
            arity = "0..1",
            description = "Of the new validator, or its enode. Default: a new node.")
    private @Nullable String address;

    @Option(
            names = "--peer",
            paramLabel = "ENODE",
            description = "Also let this node talk to yours, as 'network allow' does.")
    private @Nullable String peer;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (address == null) {
            return withNewNode(out);
        }
        String subject = NodeInput.address(address);
        if (peer != null) {
            Enode enode = Enode.parse(peer);
            voters.nodes().forEach(n -> Peers.allow(n, enode));
        }
        return ballot.run(voters.votes(), subject, true, out);
    }

    private int withNewNode(PrintWriter out) {
        if (voters.byAddress() || peer != null || ballot.withdraws()) {
            throw new BadInputException(
                    "an ADDRESS is missing: --rpc, --peer and --withdraw are about a node that exists.");
        }
        NetworkSelection selection = voters.selection();
        if (new ComposeNetwork(selection, out).isUp()) {
            throw new BadInputException("the network runs in containers, which are only the four of its compose file.");
        }
        BesuNetwork running = selection.network();
        if (running.nodes().stream().noneMatch(BesuNode::isAlive)) {
            throw new BadInputException(
                    "the network does not run. Start it: " + Invocation.of("network up") + selection.asOptions());
        }
        var network = new BesuNetwork(
                selection.folder(),
                selection.data(),
                BesuInstallation.find(),
                RunSettings.read(selection.data()).apply(NodeOptions.outlivingUs(), List.of()));
        BesuNode node = network.addNode(NodePorts.after(
                network.nodes().stream().map(n -> n.folder().ports()).toList()));
        out.println(node.name() + " is started; JSON-RPC " + node.rpcUrl() + ", address "
                + node.folder().address());
        out.flush();
        try {
            network.awaitBlocks(Duration.ofSeconds(SYNC_SECONDS), states -> {});
        } catch (LedgerException e) {
            throw new LedgerException(
                    e.getMessage() + "\n" + node.name() + " is no validator yet. When it has caught up: "
                            + Invocation.of("network add-validator ")
                            + node.folder().address() + selection.asOptions(),
                    e);
        }
        out.println(node.name() + " follows the network");
        out.flush();
        return ballot.run(network.votes(), node.folder().address(), true, out);
    }
}
