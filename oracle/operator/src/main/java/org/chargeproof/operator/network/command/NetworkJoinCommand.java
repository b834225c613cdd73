package org.chargeproof.operator.network.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.Invocation;
import org.chargeproof.console.input.Profile;
import org.chargeproof.operator.network.files.Enode;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.NetworkWriter;
import org.chargeproof.operator.network.files.NodeDefinition;
import org.chargeproof.operator.network.files.NodeFolder;
import org.chargeproof.operator.network.files.NodeKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof network join}. */
@Command(
        name = "join",
        header = "Makes a node of your own for a network that exists.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description =
                "Makes a node for a network that exists: a new key, its configuration, and the nodes that it talks to. Prints"
                        + " what the other operators need to know of it. Needs no Besu.")
final class NetworkJoinCommand implements Callable<Integer> {
    @Option(
            names = "--genesis",
            paramLabel = "FILE",
            required = true,
            description = "The network's genesis file, from an operator.")
    private @Nullable Path genesis;

    @Option(
            names = "--peers",
            paramLabel = "ENODE",
            required = true,
            split = ",",
            description = "Nodes of the other operators.")
    private List<String> peers = List.of();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            required = true,
            description = "A folder that is empty or does not exist.")
    private @Nullable Path dir;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "node",
            description = "Of the node, and of its folder.")
    private String name = "";

    @Option(
            names = "--host",
            paramLabel = "IP",
            defaultValue = NodeDefinition.LOOPBACK,
            description = "IPv4 address where the other nodes reach this one.")
    private String host = "";

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "Added to all ports (30303, 8545, 8546, 9545).")
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
        Path given = Objects.requireNonNull(genesis);
        NodeInput.requireName("--name", name);
        NodeInput.requireHost("--host", host);
        List<Enode> others = peers.stream().map(Enode::parse).toList();
        var node = new NodeDefinition(name, NodeKey.create(), host, NodeInput.ports(1, portOffset));
        NetworkFolder network =
                NetworkWriter.join(folder, given, node, production ? Profile.PRODUCTION : Profile.DEVELOPMENT, others);
        NodeFolder made = network.nodes().getFirst();
        out.println("address  " + made.address());
        out.println("enode    " + made.enode());
        out.println();
        out.println("1. Give both to the other operators. Each lets your node take part:");
        out.println("     " + Invocation.of("network allow ") + made.enode());
        out.println("2. Start your node, and wait until 'status' shows the block that the others have:");
        out.println("     " + Invocation.of("network up --dir ") + dir);
        out.println("     " + Invocation.of("network status --dir ") + dir);
        out.println("3. To validate, more than half of the validators vote for you:");
        out.println("     " + Invocation.of("network add-validator ") + made.address());
        out.flush();
        return 0;
    }
}
