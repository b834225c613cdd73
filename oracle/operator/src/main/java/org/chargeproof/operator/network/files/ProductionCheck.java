package org.chargeproof.operator.network.files;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Profile;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.console.input.WellKnownKeys;

/** What a production network must not have. */
public final class ProductionCheck {
    /** What Besu offers callers, and what asks them for a token there. */
    private static final List<String> TRANSPORTS = List.of("rpc-http", "rpc-ws");

    /** Methods that need no token even so; each option has two names. */
    private static final List<String> WITHOUT_TOKEN = List.of("api-methods-no-auth", "api-method-no-auth");

    /** Where virtual machines take options from; Besu's own script reads the first two. */
    private static final List<String> JVM_VARIABLES =
            List.of("BESU_OPTS", "JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS");

    private static final Pattern REMOTE_CONTROL = Pattern.compile(
            "-agentlib:jdwp|-Xrunjdwp|-agentpath:[^ ]*jdwp|-Dcom\\.sun\\.management\\.jmxremote\\.port");

    private ProductionCheck() {}

    /**
     * Looks at the nodes of this machine as they would be started now: files, environment and command line together.
     *
     * @param environment that nodes inherit
     * @param besuOptions of Besu's command line, for every node
     * @throws BadInputException when a key is known to everybody or may be read by others, or something answers without a token
     */
    public static void require(NetworkFolder network, Map<String, String> environment, List<String> besuOptions) {
        if (network.profile() != Profile.PRODUCTION) {
            return;
        }
        for (String variable : JVM_VARIABLES) {
            var found = REMOTE_CONTROL.matcher(environment.getOrDefault(variable, ""));
            if (found.find()) {
                throw new BadInputException(
                        variable + " has '" + found.group()
                                + "', which lets whoever reaches that port run the node's process; unset it to start a production node.");
            }
        }
        for (NodeFolder node : network.nodes()) {
            requireOwnKey(node);
            requireTokens(node, node.settings().overriddenBy(environment, besuOptions));
        }
    }

    /** The key itself tells: the files beside it are copies for people. */
    private static void requireOwnKey(NodeFolder node) {
        NodeKey key = NodeKey.read(node.keyFile());
        WellKnownKeys.origin(key.address()).ifPresent(origin -> {
            throw new BadInputException("everybody knows the key of " + node.name() + " (" + origin + "); a production"
                    + " network is not started with it. Make another node with 'network join'.");
        });
        if (!key.address().equals(node.address())) {
            throw new BadInputException("the key of " + node.name() + " belongs to " + key.address() + ", but "
                    + NodeFolder.PUBLIC_KEY + " beside it to " + node.address()
                    + ": other nodes would not know it. Put back the file that belongs to the key.");
        }
        for (Path secret : List.of(node.keyFile(), node.folder().resolve(NodeFolder.RPC_KEY))) {
            if (Files.exists(secret)) {
                SecretFile.requireOwnerOnly(secret);
            }
        }
    }

    private static void requireTokens(NodeFolder node, NodeSettings settings) {
        for (String transport : TRANSPORTS) {
            String authentication = transport + "-authentication-enabled";
            if (!settings.mayBeOn(transport + "-enabled")) {
                continue;
            }
            if (!settings.isOn(authentication)) {
                throw new BadInputException(
                        (transport.equals("rpc-ws") ? "WebSocket" : "JSON-RPC") + " of " + node.name()
                                + " is open to everybody on its machine; set " + authentication + "=true in "
                                + node.folder().resolve(NodeFolder.CONFIG) + " (and neither "
                                + NodeSettings.variable(authentication)
                                + " nor an option to something else), or make the node anew with --production.");
            }
            for (String option : WITHOUT_TOKEN) {
                String name = transport + "-" + option;
                if (!settings.list(name).isEmpty()) {
                    throw new BadInputException(name + " of " + node.name() + " is " + settings.list(name)
                            + ": everybody could call that without a token; remove it.");
                }
            }
            if (!settings.mayBeOn(transport + "-tls-enabled") && !settings.mayBeOn(transport + "-ssl-enabled")) {
                requireLoopback(node, settings, transport + "-host", "tokens would travel in clear text");
            }
        }
        if (settings.mayBeOn("graphql-http-enabled")) {
            throw new BadInputException("graphql-http-enabled of " + node.name()
                    + " is on, and Besu's GraphQL knows no tokens; remove it.");
        }
        if (settings.mayBeOn("metrics-enabled")) {
            requireLoopback(node, settings, "metrics-host", "metrics ask nobody for a token");
        }
        if (!settings.isOn("permissions-nodes-config-file-enabled")) {
            throw new BadInputException("permissions-nodes-config-file-enabled of " + node.name()
                    + " is not true: any node could connect and hand it transactions. Set it in "
                    + node.folder().resolve(NodeFolder.CONFIG) + ".");
        }
    }

    private static void requireLoopback(NodeFolder node, NodeSettings settings, String option, String why) {
        String host = settings.text(option).orElse(NodeDefinition.LOOPBACK);
        if (!isLoopback(host)) {
            throw new BadInputException(option + " of " + node.name() + " is " + host + ": " + why
                    + ". Set it to 127.0.0.1 and put a proxy with TLS in front of it.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
