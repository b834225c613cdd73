package org.chargeproof.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.chargeproof.input.BadInputException;

/**
 * A node's folder, as its {@code config.toml} says now.
 *
 * @param enode where other nodes reach it
 * @param rpcHost where its JSON-RPC is reached from this machine
 * @param apis what its JSON-RPC over HTTP offers
 * @param wsApis what it offers over WebSocket
 * @param metricCategories what it records
 * @param authenticated whether its JSON-RPC wants a token
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
        boolean authenticated) {
    static final String CONFIG = "config.toml";
    static final String KEY = "key";
    static final String PUBLIC_KEY = "key.pub";
    static final String ADDRESS = "address";
    static final String STATIC_NODES = "static-nodes.json";
    static final String PERMISSIONS = "permissions.toml";
    static final String RPC_KEY = "rpc-key.pem";
    static final String RPC_PUBLIC_KEY = "rpc-key.pub.pem";

    private static final Pattern LINE = Pattern.compile("([a-z0-9-]+)\\s*=\\s*(.*?)\\s*");
    private static final NodePorts DEFAULTS = NodePorts.standard(1);

    /**
     * Reads a node's folder.
     *
     * @throws BadInputException when it is none
     */
    static NodeFolder read(Path folder) {
        Map<String, String> config = config(folder.resolve(CONFIG));
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
        String rpcHost = config.getOrDefault("rpc-http-host", NodeDefinition.LOOPBACK);
        return new NodeFolder(
                folder,
                folder.getFileName().toString(),
                Enode.parse("enode://" + id + "@" + config.getOrDefault("p2p-host", NodeDefinition.LOOPBACK) + ":"
                        + ports.p2p()),
                ports,
                rpcHost.equals("0.0.0.0") ? NodeDefinition.LOOPBACK : rpcHost,
                list(config.get("rpc-http-api")),
                list(config.get("rpc-ws-api")),
                list(config.get("metrics-category")),
                Boolean.parseBoolean(config.getOrDefault("rpc-http-authentication-enabled", "false")));
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

    Path keyFile() {
        return folder.resolve(KEY);
    }

    /** One setting a line, as written by {@link ConfigToml}; an operator may change values and leave lines out. */
    private static Map<String, String> config(Path file) {
        try {
            var config = new HashMap<String, String>();
            for (String line : Files.readAllLines(file)) {
                var setting = LINE.matcher(line.strip());
                if (setting.matches()) {
                    config.put(setting.group(1), unquoted(setting.group(2)));
                }
            }
            return config;
        } catch (IOException e) {
            throw new BadInputException(
                    "there is no node in " + file.getParent() + ": cannot read " + file + " ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        }
    }

    private static int port(Map<String, String> config, Path folder, String option, int otherwise) {
        String value = config.getOrDefault(option, String.valueOf(otherwise));
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > 65_535) {
            throw new BadInputException(
                    option + " in " + folder.resolve(CONFIG) + " is " + value + "; it must be from 1 to 65535.");
        }
        return Integer.parseInt(value);
    }

    private static String unquoted(String value) {
        return value.startsWith("\"") && value.endsWith("\"") && value.length() > 1
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static List<String> list(@org.jspecify.annotations.Nullable String value) {
        return value == null || !value.startsWith("[")
                ? List.of()
                : Arrays.stream(value.replaceAll("[\\[\\]\"\\s]", "").split(",", -1))
                        .filter(v -> !v.isEmpty())
                        .toList();
    }
}
