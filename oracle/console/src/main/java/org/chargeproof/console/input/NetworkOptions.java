package org.chargeproof.console.input;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options by which every command finds a network: a node, and the one address that leads to all else. */
public final class NetworkOptions {
    @Mixin
    private RpcOptions rpc = new RpcOptions();

    @Option(
            names = "--contract",
            required = true,
            paramLabel = "ADDRESS",
            description = "The network's Consortium; all else is found through it.")
    private @Nullable String contract;

    public String rpcUrl() {
        return rpc.url();
    }

    /** Token for the node's JSON-RPC; null when there is none. */
    public @Nullable String rpcToken() {
        return rpc.token();
    }

    /** Address of the Consortium, as given. */
    public String contract() {
        return Objects.requireNonNull(contract);
    }
}
