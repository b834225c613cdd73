package org.chargeproof.operator.network.command;

import java.nio.file.Path;
import java.util.List;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.RpcToken;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.network.rpc.NodeRpc;
import org.chargeproof.operator.network.rpc.ValidatorVotes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which nodes an operator commands: those of a network's folder, or by address. */
final class VoterOptions {
    @Mixin
    private NetworkSelection selection = new NetworkSelection();

    @Option(
            names = "--rpc",
            paramLabel = "URL",
            split = ",",
            description = "JSON-RPC of your nodes. Default: the nodes of the network's folder that run.")
    private List<String> urls = List.of();

    @Option(names = "--rpc-token-file", paramLabel = "FILE", description = "With --rpc: token for nodes that want one.")
    private @Nullable Path tokenFile;

    NetworkSelection selection() {
        return selection;
    }

    boolean byAddress() {
        return !urls.isEmpty();
    }

    /** The nodes; at least one. */
    List<NodeRpc> nodes() {
        if (byAddress()) {
            String token = tokenFile == null ? null : RpcToken.read(tokenFile);
            return urls.stream().map(url -> new NodeRpc(url, token)).toList();
        }
        if (tokenFile != null) {
            throw new BadInputException(
                    "--rpc-token-file is for nodes that --rpc names; for those of the network's folder,"
                            + " tokens are made as they are needed.");
        }
        List<NodeRpc> running = selection.network().nodes().stream()
                .filter(n -> n.state().answers())
                .map(BesuNode::rpc)
                .toList();
        if (running.isEmpty()) {
            throw new BadInputException(
                    "no node of the network in " + selection.folder().folder() + " answers. Start it with 'network up"
                            + selection.asOptions() + "', or name nodes with --rpc.");
        }
        return running;
    }

    /** Votes through these nodes. */
    ValidatorVotes votes() {
        return new ValidatorVotes(nodes());
    }
}
