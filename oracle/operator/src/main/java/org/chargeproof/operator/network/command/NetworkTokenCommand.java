package org.chargeproof.operator.network.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.operator.network.files.NodeFolder;
import org.chargeproof.operator.network.files.RpcKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chargeproof network token}. */
@Command(
        name = "token",
        header = "Issues a token for the JSON-RPC of a production node.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description =
                "Signs a token (JWT, RS256) with the node's rpc-key.pem. A token cannot be taken back before it expires, but by"
                        + " giving the node another key.")
final class NetworkTokenCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 3_650;

    @Mixin
    private NetworkSelection selection = new NetworkSelection();

    @Option(names = "--node", paramLabel = "NODE", description = "Whose JSON-RPC. Default: the only one.")
    private @Nullable String name;

    @Option(
            names = "--permissions",
            paramLabel = "NAMESPACE:METHOD",
            split = ",",
            defaultValue = "eth:*,net:*,web3:*,txpool:*,charge:*",
            description =
                    "What may be called. An operator's own commands also need admin:*, perm:*, ibft:* and qbft:*.")
    private List<String> permissions = List.of();

    @Option(names = "--days", paramLabel = "DAYS", defaultValue = "365", description = "How long it is valid.")
    private int days;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "New file for it, that only you can read. Default: standard output.")
    private @Nullable Path file;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (days < 1 || days > MOST_DAYS) {
            throw new BadInputException("--days is " + days + "; it must be from 1 to " + MOST_DAYS + ".");
        }
        for (String permission : permissions) {
            if (!permission.matches("(\\*|[a-z0-9]+):(\\*|[A-Za-z0-9_]+)")) {
                throw new BadInputException("--permissions has '" + permission
                        + "'; it is a namespace, ':' and a method or '*', such as eth:* or eth:blockNumber.");
            }
        }
        String token = RpcKey.read(node().folder().resolve(NodeFolder.RPC_KEY))
                .token(permissions, Instant.now(), Duration.ofDays(days));
        if (file == null) {
            out.println(token);
        } else {
            if (Files.exists(file)) {
                throw new BadInputException(file + " exists. Name a file that does not, or delete it before.");
            }
            SecretFile.write(file, token + "\n");
            out.println("token in " + file + ", valid for " + days + " days");
        }
        out.flush();
        return 0;
    }

    private NodeFolder node() {
        List<NodeFolder> nodes = selection.folder().nodes();
        if (name == null && nodes.size() > 1) {
            throw new BadInputException("whose JSON-RPC? Name one of "
                    + String.join(", ", nodes.stream().map(NodeFolder::name).toList()) + " with --node.");
        }
        NodeFolder node = nodes.stream()
                .filter(n -> name == null || n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException("there is no node '" + name + "' here."));
        if (!node.authenticated()) {
            throw new BadInputException(
                    node.name() + " wants no token: it is not of a production network. 'network new --production'"
                            + " makes one whose nodes do.");
        }
        return node;
    }
}
