package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;
import org.chargeproof.operator.network.files.GenesisSummary;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.ProductionCheck;
import org.chargeproof.operator.network.process.BesuInstallation;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.BesuNode;
import org.chargeproof.operator.network.process.NodeOptions;
import org.chargeproof.operator.network.process.NodeState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network up}. */
@Command(
        name = "up",
        header = "Starts all nodes of a network that belong on this machine, and waits for blocks.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description =
                "Starts nodes that go on when this command ends; 'network down' stops them. Besu is taken from BESU_HOME, the"
                        + " PATH, or Docker. Its virtual machines take BESU_OPTS after our own options.")
final class NetworkUpCommand implements Callable<Integer> {
    private static final int WATCH_MILLIS = 1_000;
    private static final int LONE_NODE_SECONDS = 30;

    @Mixin
    private NetworkSelection selection = new NetworkSelection();

    @Option(names = "--nodes", paramLabel = "N", description = "Only the first N nodes. Default: all.")
    private @Nullable Integer count;

    @Option(
            names = "--contract",
            paramLabel = "ADDRESS",
            description = "The Consortium whose timesteps the plugin follows; remembered for the next time.")
    private @Nullable String contract;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "Folder with the plugin's jars. Default: plugins of a release, plugin/target/besu-plugins of the sources.")
    private @Nullable Path plugins;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description = "How long to wait for blocks on all nodes.")
    private int timeoutSeconds;

    @Option(names = "--foreground", description = "Stay, and stop the nodes when this command is told to end.")
    private boolean foreground;

    @Parameters(
            paramLabel = "BESU_OPTION",
            description = "After '--': options for every node, such as --logging=DEBUG.")
    private List<String> besuOptions = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (timeoutSeconds < 1) {
            throw new BadInputException("--timeout is " + timeoutSeconds + "; it must be at least 1 second.");
        }
        if (plugins != null && !Files.isDirectory(plugins)) {
            throw new BadInputException("--plugins is " + plugins + ", but there is no such folder.");
        }
        NetworkFolder folder = chosenNodes();
        ProductionCheck.require(folder, System.getenv(), besuOptions);
        BesuInstallation besu = BesuInstallation.find();
        out.println("using " + besu.description());
        out.flush();
        if (contract != null && !contract.matches("0x[0-9a-fA-F]{40}")) {
            throw new BadInputException("--contract is '" + contract + "'; an address is 0x and 40 hex digits.");
        }
        RunSettings settings = RunSettings.read(selection.data()).with(plugins, contract);
        if (besu.isDocker()) {
            return new ComposeNetwork(selection, out).up(settings);
        }
        var options = options(settings, out);
        var network = new BesuNetwork(folder, selection.data(), besu, options);
        if (network.nodes().stream().allMatch(BesuNode::isAlive)) {
            out.println("the network is up already; see 'network status" + selection.asOptions() + "'");
            printNodes(network, out);
            return 0;
        }
        long ended = network.nodes().stream().filter(n -> !n.isAlive()).count();
        out.println("starting " + ended + (ended == 1 ? " node" : " nodes") + " of the network '"
                + folder.name() + "', chain id "
                + folder.rules().chainId() + "; data and logs are in " + selection.data());
        out.flush();
        network.start();
        settings.write(selection.data());
        await(network, out);
        printNodes(network, out);
        printNext(network, out);
        if (foreground) {
            stay(network);
        }
        return 0;
    }

    private NetworkFolder chosenNodes() {
        NetworkFolder folder = selection.folder();
        if (count == null) {
            return folder;
        }
        int there = folder.nodes().size();
        if (count < 1 || count > there) {
            throw new BadInputException(
                    "--nodes is " + count + "; the network in " + folder.folder() + " has " + there
                            + " nodes here. 'network add-validator' adds one to a network that runs, 'network new' makes a larger network.");
        }
        int validators = folder.rules().validators().size();
        int quorum = GenesisSummary.quorum(validators);
        if (there >= quorum && count < quorum) {
            throw new BadInputException("--nodes is " + count + "; of " + validators + " validators " + quorum
                    + " must run, or there are no blocks.");
        }
        return folder.first(count);
    }

    private NodeOptions options(RunSettings settings, PrintWriter out) {
        var options =
                settings.apply(foreground ? NodeOptions.stoppingWithUs() : NodeOptions.outlivingUs(), besuOptions);
        if (options.plugins() == null) {
            if (contract != null) {
                throw new BadInputException(
                        "--contract is for the plugin, which is not built. Run 'mvn package', or name its folder with --plugins.");
            }
            out.println("the plugin is not built (plugin/target/besu-plugins): nodes run without it");
        } else {
            out.println(
                    settings.contract() == null
                            ? "the plugin follows the first Consortium that is linked on the chain; --contract names another"
                            : "the plugin follows the Consortium " + settings.contract());
        }
        return options;
    }

    private void await(BesuNetwork network, PrintWriter out) {
        long started = System.nanoTime();
        var said = new StringBuilder();
        boolean alone = network.nodes().size()
                < GenesisSummary.quorum(network.folder().rules().validators().size());
        try {
            network.awaitBlocks(Duration.ofSeconds(alone ? LONE_NODE_SECONDS : timeoutSeconds), states -> {
                String line = progress(states);
                if (!line.contentEquals(said)) {
                    said.setLength(0);
                    said.append(line);
                    out.printf(
                            "%4d s  %s%n",
                            Duration.ofNanos(System.nanoTime() - started).toSeconds(), line);
                    out.flush();
                }
            });
            out.printf(
                    "blocks on all nodes after %d s%n",
                    Duration.ofNanos(System.nanoTime() - started).toSeconds());
        } catch (LedgerException e) {
            if (alone && network.nodes().stream().allMatch(BesuNode::isAlive)) {
                out.println(
                        "no new blocks yet: they come when enough of the other operators' validators run, and allow this node");
                return;
            }
            network.nodes().forEach(BesuNode::beginStop);
            network.stop();
            throw new LedgerException(e.getMessage() + "\nAll nodes were stopped.", e);
        }
    }

    private static String progress(List<NodeState> states) {
        var parts = new ArrayList<String>();
        for (NodeState state : states) {
            parts.add(state.name()
                    + (state.answers() ? " block " + state.block() + ", peers " + state.peers() : " starting"));
        }
        return String.join("   ", parts);
    }

    private static void printNodes(BesuNetwork network, PrintWriter out) {
        out.println();
        var table = new TextTable("node", "address", "JSON-RPC", "metrics");
        network.nodes()
                .forEach(n -> table.row(
                        n.name(), n.folder().address(), n.rpcUrl(), n.folder().metricsUrl()));
        table.print(out);
    }

    private void printNext(BesuNetwork network, PrintWriter out) {
        String options = selection.asOptions();
        out.println();
        if (network.nodes().getFirst().folder().authenticated()) {
            out.println("JSON-RPC wants a token: " + Invocation.of("network token") + options + " --out FILE");
        } else {
            out.println("a day of charging on it:  " + Invocation.of("demo --ledger ")
                    + network.nodes().getFirst().rpcUrl());
        }
        out.println("how it is:                " + Invocation.of("network status") + options);
        out.println("what nodes say:           " + Invocation.of("network logs -f") + options);
        out.println("stop it:                  " + Invocation.of("network down") + options);
        out.flush();
    }

    private static void stay(BesuNetwork network) {
        try (network) {
            while (true) {
                network.nodes().forEach(BesuNode::requireAlive);
                Pause.millis(WATCH_MILLIS);
            }
        }
    }
}
