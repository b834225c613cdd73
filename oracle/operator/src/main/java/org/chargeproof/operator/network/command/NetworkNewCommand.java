package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.input.Profile;
import org.chargeproof.console.output.TextTable;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.files.Genesis;
import org.chargeproof.operator.network.files.NetworkDefinition;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.NetworkWriter;
import org.chargeproof.operator.network.files.NodeDefinition;
import org.chargeproof.operator.network.files.NodeKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof network new}. */
@Command(
        name = "new",
        header = "Makes a network: new keys, a genesis file, and a folder for each node.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = "Makes a network. Needs no Besu.")
final class NetworkNewCommand implements Callable<Integer> {
    private static final int MOST_VALIDATORS = 100;
    private static final int MOST_BLOCK_SECONDS = 60;
    private static final int TOLERANT = 4;

    @Parameters(paramLabel = "DIR", description = "A folder that is empty or does not exist.")
    private @Nullable Path dir;

    @Option(
            names = "--validators",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many nodes; all of them validate.")
    private int validators;

    @Option(
            names = "--consensus",
            paramLabel = "KIND",
            defaultValue = "ibft2",
            description = "ibft2 or qbft. Besu recommends QBFT for new networks.")
    private Consensus consensus = Consensus.IBFT2;

    @Option(
            names = "--chain-id",
            paramLabel = "ID",
            defaultValue = "" + Genesis.DEFAULT_CHAIN_ID,
            description = "Of every transaction.")
    private long chainId;

    @Option(
            names = "--block-seconds",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Least time between two blocks.")
    private int blockSeconds;

    @Option(names = "--name", paramLabel = "NAME", description = "Of the network. Default: that of the folder.")
    private @Nullable String name;

    @Option(
            names = "--names",
            paramLabel = "NAME",
            split = ",",
            description = "Names of the nodes, and of their folders. Default: node-1, node-2, ...")
    private List<String> names = List.of();

    @Option(
            names = "--host",
            paramLabel = "IP",
            split = ",",
            description =
                    "IPv4 address of each node, or one for all. Default: 127.0.0.1, for a network on one machine.")
    private List<String> hosts = List.of(NodeDefinition.LOOPBACK);

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Added to all ports, for a second network on the same machine.")
    private int portOffset;

    @Option(
            names = "--production",
            description = "JSON-RPC only with a token, and no start with a key that others know or may read.")
    private boolean production;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Objects.requireNonNull(dir).toAbsolutePath().normalize();
        var definition = new NetworkDefinition(
                name == null ? folder.getFileName().toString() : name,
                production ? Profile.PRODUCTION : Profile.DEVELOPMENT,
                consensus,
                chainId,
                blockSeconds,
                nodes());
        NetworkFolder network = NetworkWriter.write(folder, definition);
        var table = new TextTable("node", "address", "enode");
        network.nodes().forEach(n -> table.row(n.name(), n.address(), n.enode().toString()));
        table.print(out);
        out.println();
        if (validators < TOLERANT) {
            out.println("With fewer than " + TOLERANT + " validators, one that fails stops the network.");
        }
        boolean here = definition.nodes().stream().allMatch(NodeDefinition::onLoopback);
        if (here) {
            out.println("Start it: " + Invocation.of("network up --dir ") + dir);
        } else {
            out.println(
                    "Give every operator genesis.json, network.json and the folder of its own node, the latter in secret, and"
                            + " destroy what is left here. Each then runs: " + Invocation.of("network up --dir DIR"));
        }
        if (production) {
            out.println("rpc-key.pem in a node's folder signs tokens for its JSON-RPC: "
                    + Invocation.of("network token --help"));
        }
        out.flush();
        return 0;
    }

    private List<NodeDefinition> nodes() {
        OptionChecks.requireRange("--validators", validators, 1, MOST_VALIDATORS);
        OptionChecks.requireRange("--block-seconds", blockSeconds, 1, MOST_BLOCK_SECONDS);
        OptionChecks.requireRange("--chain-id", chainId, 1, Long.MAX_VALUE / 2);
        if (hosts.size() != 1 && hosts.size() != validators) {
            throw new BadInputException("--host names " + hosts.size() + " addresses for " + validators
                    + " nodes; give one for all, or one for each.");
        }
        List<String> nodeNames = names.isEmpty()
                ? IntStream.rangeClosed(1, validators)
                        .mapToObj(i -> "node-" + i)
                        .toList()
                : names;
        if (nodeNames.size() != validators) {
            throw new BadInputException("--names has " + nodeNames.size() + " names for " + validators
                    + " nodes; give one for each, or set --validators.");
        }
        if (new HashSet<>(nodeNames).size() != nodeNames.size()) {
            throw new BadInputException("--names has a name twice: " + String.join(",", nodeNames));
        }
        var nodes = new ArrayList<NodeDefinition>();
        Map<String, Integer> onHost = new HashMap<>();
        for (int i = 0; i < validators; i++) {
            String host = hosts.get(hosts.size() == 1 ? 0 : i);
            NodeInput.requireHost("--host", host);
            NodeInput.requireName("--names", nodeNames.get(i));
            int place = onHost.merge(host, 1, Integer::sum);
            nodes.add(new NodeDefinition(nodeNames.get(i), NodeKey.create(), host, NodeInput.ports(place, portOffset)));
        }
        return nodes;
    }
}
