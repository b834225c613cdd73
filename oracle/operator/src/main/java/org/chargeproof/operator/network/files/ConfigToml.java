package org.chargeproof.operator.network.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.chargeproof.console.input.Profile;
import org.chargeproof.console.input.WellKnownKeys;

/** Writes a node's {@code config.toml}. */
public final class ConfigToml {
    /** The plugin's RPC namespace and metric category; Besu refuses both when the plugin is not there. */
    public static final String PLUGIN = "CHARGE";

    /** Those that Besu records when it is told nothing. */
    private static final List<String> METRICS = List.of(
            "BAL",
            "BLOCKCHAIN",
            "BLOCK_PROCESSING",
            "BONSAI_CACHE",
            "ETHEREUM",
            "EXECUTORS",
            "JVM",
            "NETWORK",
            "PEERS",
            "PERMISSIONING",
            "PROCESS",
            "PRUNER",
            "RPC",
            "SYNCHRONIZER",
            "TRANSACTION_POOL");

    /** 5 s, in percent of a second. */
    private static final int CHOOSING_PERCENT_SECONDS = 500;

    private ConfigToml() {}

    /**
     * The file's text.
     *
     * @param genesis from the node's folder
     * @param rules of the genesis file
     */
    static String text(NodeDefinition node, Profile profile, Path genesis, GenesisSummary rules) {
        boolean production = profile == Profile.PRODUCTION;
        // of IBFT and QBFT, a node has those that its network uses
        List<String> apis = List.of("ETH", "NET", "WEB3", "TXPOOL", "ADMIN", "PERM", "IBFT", "QBFT", PLUGIN);
        List<String> wsApis = List.of("ETH", "NET", "WEB3", PLUGIN);
        var metrics = new ArrayList<>(METRICS);
        metrics.add(PLUGIN);
        return """
                # Besu's configuration of %s. Every line can be overridden by an option of the same name
                # (--rpc-http-port=8645) or by the environment (BESU_RPC_HTTP_PORT=8645).
                # Paths are relative to the folder that Besu is started in; 'network up' gives all of them itself.
                %s
                identity="%s"
                genesis-file="%s"
                data-path="data"
                node-private-key-file="key"
                data-storage-format="BONSAI"
                sync-mode="FULL"
                logging="INFO"

                # Nodes find each other by static-nodes.json alone, and take part when permissions.toml of all of them allows it.
                # p2p-host is what this node tells others, an IPv4 address; p2p-interface is where it listens.
                discovery-enabled=false
                static-nodes-file="static-nodes.json"
                permissions-nodes-config-file-enabled=true
                permissions-nodes-config-file="permissions.toml"
                nat-method="NONE"
                p2p-host="%s"
                p2p-interface="%s"
                p2p-port=%d

                # Gas is free. Never set tx-pool-price-bump: a transaction could not be replaced.
                min-gas-price=0
                min-priority-fee=0

                # Blocks. The genesis file says how much gas a block holds; a validator may move that by 1/1024 in each block
                # it makes, and all that have this line pull it back.
                # Up to 26.8 Besu gives making a block 5 s, whatever poa-block-txs-selection-max-time says; after it, that percentage
                # of the block period, which is as much here. The plugin, which chooses all transactions, gets 15 percent of it:
                # three quarters of a second.
                target-gas-limit=%d
                poa-block-txs-selection-max-time=%d
                plugin-block-txs-selection-max-time=15

                # The pool: how many transactions an account may send ahead of the one that is next, and how many of all are
                # candidates for a block, in how many bytes. The plugin divides that among the operators; more than they can
                # fill together is room that nobody uses.
                tx-pool-max-future-by-sender=1000
                tx-pool-max-prioritized=5000
                tx-pool-layer-max-capacity=50000000

                # JSON-RPC: keep it on loopback or behind a firewall.%s
                host-allowlist=["localhost","127.0.0.1"]
                rpc-http-enabled=true
                rpc-http-host="127.0.0.1"
                rpc-http-port=%d
                rpc-http-api=%s
                rpc-http-max-request-content-length=2097152
                rpc-http-max-batch-size=100
                rpc-gas-cap=50000000
                rpc-ws-enabled=true
                rpc-ws-host="127.0.0.1"
                rpc-ws-port=%d
                rpc-ws-api=%s
                %s
                # Prometheus reads http://127.0.0.1:%d/metrics. Besu's own categories, and the plugin's.
                metrics-enabled=true
                metrics-host="127.0.0.1"
                metrics-port=%d
                metrics-category=%s

                # The plugin (folder: -Dbesu.plugins.dir in BESU_OPTS). It looks itself whether this Besu has all that it uses, and ends
                # the node when not. FULL would refuse every Besu but the one that the plugin was built for: no node could be updated.
                # The Consortium contract whose timesteps it follows; whether transactions that post a plan other than its own
                # are kept out of this node's pool; whether those of accounts that belong to no operator are taken.
                plugins-verification-mode="NONE"
                plugin-continue-on-error=false
                # plugin-charge-contract="0x..."
                # plugin-charge-reject-mismatch=true
                # plugin-charge-strangers="allow"
                """.formatted(
                node.name(),
                WellKnownKeys.origin(node.key().address())
                        .map(origin -> "#\n# DEVELOPMENT ONLY: everybody knows this node's key (" + origin + ").\n")
                        .orElse(""),
                node.name(),
                genesis.toString().replace('\\', '/'),
                node.host(),
                node.onLoopback() ? NodeDefinition.LOOPBACK : "0.0.0.0",
                node.ports().p2p(),
                rules.gasLimit(),
                Math.clamp(CHOOSING_PERCENT_SECONDS / Math.max(1, rules.blockSeconds()), 1, CHOOSING_PERCENT_SECONDS),
                production ? "\n# Every call needs a token of 'network token', which says what may be called." : "",
                node.ports().rpc(),
                list(apis),
                node.ports().ws(),
                list(wsApis),
                production ? authentication() : "",
                node.ports().metrics(),
                node.ports().metrics(),
                list(metrics));
    }

    private static String authentication() {
        var lines = new ArrayList<String>();
        for (String transport : List.of("http", "ws")) {
            lines.add("rpc-" + transport + "-authentication-enabled=true");
            lines.add("rpc-" + transport + "-authentication-jwt-public-key-file=\"" + NodeFolder.RPC_PUBLIC_KEY + "\"");
            lines.add("rpc-" + transport + "-authentication-jwt-algorithm=\"" + RpcKey.ALGORITHM + "\"");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String list(List<String> values) {
        return values.stream()
                .map(v -> '"' + v.toUpperCase(Locale.ROOT) + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }
}
