package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.operator.network.files.Enode;
import org.chargeproof.operator.network.rpc.NodeRpc;
import org.chargeproof.operator.network.rpc.Peers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network allow}. */
@Command(
        name = "allow",
        header = "Lets another operator's node talk to yours, or no longer.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Puts a node on the list of those that your nodes talk to; the list outlives restarts.")
final class NetworkAllowCommand implements Callable<Integer> {
    @Mixin
    private VoterOptions voters = new VoterOptions();

    @Parameters(paramLabel = "ENODE", description = "The node, as 'network join' printed it.")
    private @Nullable String enode;

    @Option(names = "--remove", description = "Take it off the list instead.")
    private boolean remove;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Enode peer = Enode.parse(String.valueOf(enode));
        List<NodeRpc> nodes = voters.nodes();
        for (NodeRpc node : nodes) {
            boolean changed = remove ? Peers.disallow(node, peer) : Peers.allow(node, peer);
            out.println(node.url() + (remove ? " no longer talks" : " talks") + " to " + peer.address()
                    + (changed ? "" : " (it was so before)"));
        }
        out.flush();
        return 0;
    }
}
