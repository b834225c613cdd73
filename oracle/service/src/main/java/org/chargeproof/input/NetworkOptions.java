package org.chargeproof.input;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command finds a network: a node, and the one address that leads to all else. */
public final class NetworkOptions {
    @Option(
            names = "--rpc",
            required = true,
            paramLabel = "URL",
            description = "JSON-RPC of a node: your own for an oracle, any that keeps all logs for an audit.")
    private @Nullable String rpcUrl;

    @Option(
            names = "--contract",
            required = true,
            paramLabel = "ADDRESS",
            description = "The network's Consortium; all else is found through it.")
    private @Nullable String contract;

    @Option(
            names = "--rpc-token-file",
            paramLabel = "FILE",
            description = "Token for the node's JSON-RPC, if it wants one.")
    private @Nullable Path tokenFile;

    public String rpcUrl() {
        return Objects.requireNonNull(rpcUrl);
    }

    /** Token for the node's JSON-RPC; null when there is none. */
    public @Nullable String rpcToken() {
        return tokenFile == null ? null : RpcToken.read(tokenFile);
    }

    /** Address of the Consortium, as given. */
    public String contract() {
        return Objects.requireNonNull(contract);
    }
}
