package org.chargeproof.console.input;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command finds a node. */
public final class RpcOptions {
    @Option(
            names = "--rpc",
            required = true,
            paramLabel = "URL",
            description = "JSON-RPC of a node: your own for an oracle, any that keeps all logs for an audit.")
    private @Nullable String url;

    @Option(
            names = "--rpc-token-file",
            paramLabel = "FILE",
            description = "Token for the node's JSON-RPC, if it wants one.")
    private @Nullable Path tokenFile;

    public String url() {
        return Objects.requireNonNull(url);
    }

    /** Token for the node's JSON-RPC; null when there is none. */
    public @Nullable String token() {
        return tokenFile == null ? null : RpcToken.read(tokenFile);
    }
}
