package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network down}. */
@Command(
        name = "down",
        header = "Stops nodes that 'network up' started.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Stops nodes in order; their data stays. 'network up' starts them again where they were.")
final class NetworkDownCommand implements Callable<Integer> {
    @Mixin
    private NetworkSelection selection = new NetworkSelection();

    @Option(names = "--kill", description = "At once, as a power cut would.")
    private boolean kill;

    @Parameters(paramLabel = "NODE", description = "Only these nodes. Default: all.")
    private List<String> names = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var compose = new ComposeNetwork(selection, out);
        if (compose.isUp()) {
            return compose.down();
        }
        BesuNetwork network = selection.network();
        List<BesuNode> nodes = names.isEmpty()
                ? network.nodes()
                : names.stream().map(network::node).toList();
        List<BesuNode> running = nodes.stream().filter(BesuNode::isAlive).toList();
        if (!kill) {
            running.forEach(BesuNode::beginStop);
        }
        for (BesuNode node : running) {
            if (kill) {
                node.kill();
            } else {
                node.stop();
            }
            out.println(node.name() + (kill ? " killed" : " stopped"));
            out.flush();
        }
        for (BesuNode node : nodes) {
            if (!running.contains(node)) {
                out.println(node.name()
                        + (node.state().answers()
                                ? " answers, but was not started by 'network up': end it where it was started"
                                : " does not run"));
            }
        }
        out.flush();
        return 0;
    }
}
