package org.chargeproof.operator.network.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.console.input.BadInputException;

/**
 * A node's folder, as its {@code config.toml} says now.
 *
 * @param enode where other nodes reach it
 * @param rpcHost where its JSON-RPC is reached from this machine
 * @param apis what its JSON-RPC over HTTP offers
 * @param wsApis what it offers over WebSocket
 * @param metricCategories what it records
 * @param authenticated whether its JSON-RPC wants a token
 * @param settings all of its {@code config.toml}
 */
public record NodeFolder(
        Path folder,
        String name,
        Enode enode,
        NodePorts ports,
        String rpcHost,
        List<String> apis,
        List<String> wsApis,
        List<String> metricCategories,
        boolean authenticated,
        NodeSettings settings) {
    public static final String CONFIG = "config.toml";
    public static final String KEY = "key";
    static final String PUBLIC_KEY = "key.pub";
    static final String ADDRESS = "address";
    public static final String STATIC_NODES = "static-nodes.json";
    public static final String PERMISSIONS = "permissions.toml";
    public static final String RPC_KEY = "rpc-key.pem";
    public static final String RPC_PUBLIC_KEY = "rpc-key.pub.pem";

    private static final NodePorts DEFAULTS = NodePorts.standard(1);

    /**
     * Reads a node's folder.
     *
     * @throws BadInputException when it is none
     */
    public static NodeFolder read(Path folder) {
        var config = NodeSettings.read(folder.resolve(CONFIG));
        Path publicKey = folder.resolve(PUBLIC_KEY);
        String id;
        try {
            id = Files.readString(publicKey).strip().replaceFirst("^0x", "");
        } catch (IOException e) {
            throw new BadInputException(
                    "there is no node in " + folder + ": cannot read " + publicKey + " ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        }
        var ports = new NodePorts(
                port(config, folder, "p2p-port", DEFAULTS.p2p()),
                port(config, folder, "rpc-http-port", DEFAULTS.rpc()),
                port(config, folder, "rpc-ws-port", DEFAULTS.ws()),
                port(config, folder, "metrics-port", DEFAULTS.metrics()));
        String rpcHost = config.text("rpc-http-host").orElse(NodeDefinition.LOOPBACK);
        return new NodeFolder(
                folder,
                folder.getFileName().toString(),
                Enode.parse("enode://" + id + "@" + config.text("p2p-host").orElse(NodeDefinition.LOOPBACK) + ":"
                        + ports.p2p()),
                ports,
                rpcHost.equals("0.0.0.0") ? NodeDefinition.LOOPBACK : rpcHost,
                config.list("rpc-http-api"),
                config.list("rpc-ws-api"),
                config.list("metrics-category"),
                config.isOn("rpc-http-authentication-enabled"),
                config);
    }

    /** Its address as a validator, in lower case. */
    public String address() {
        return enode.address();
    }

    /** Its JSON-RPC. */
    public String rpcUrl() {
        return "http://" + rpcHost + ":" + ports.rpc();
    }

    /** What Prometheus reads. */
    public String metricsUrl() {
        return "http://" + rpcHost + ":" + ports.metrics() + "/metrics";
    }

    public Path keyFile() {
        return folder.resolve(KEY);
    }

    private static int port(NodeSettings config, Path folder, String option, int otherwise) {
        String value = config.text(option).orElse(String.valueOf(otherwise));
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > 65_535) {
            throw new BadInputException(
                    option + " in " + folder.resolve(CONFIG) + " is " + value + "; it must be from 1 to 65535.");
        }
        return Integer.parseInt(value);
    }
}
