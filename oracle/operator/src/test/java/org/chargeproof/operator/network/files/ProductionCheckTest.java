package org.chargeproof.operator.network.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Profile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator in a hurry, who copies files, opens what should be shut, and does not look at the environment. */
class ProductionCheckTest {
    private static final Path DEVELOPMENT = Path.of(System.getProperty("basedir", "."), "..", "..", "network-config");

    @TempDir
    private Path temporary;

    private Path node;

    @BeforeEach
    void writeANetwork() {
        var definition = NetworkDefinition.onLoopback(Consensus.QBFT, List.of(NodePorts.standard(1)));
        NetworkWriter.write(
                temporary,
                new NetworkDefinition("net", Profile.PRODUCTION, Consensus.QBFT, 2018, 1, definition.nodes()));
        node = temporary.resolve("node-1");
    }

    @Test
    void takesWhatTheGeneratorWrites() {
        assertThatCode(() -> check(Map.of("HOME", "/", "BESU_OPTS", "-Xmx1g"), List.of("--logging=DEBUG")))
                .doesNotThrowAnyException();
    }

    @Test
    void goesByTheKeyAndNotByTheFilesBesideIt() throws IOException {
        // key.pub and address stay as they are
        Files.copy(DEVELOPMENT.resolve("node-3/key"), node.resolve("key"), StandardCopyOption.REPLACE_EXISTING);

        assertRefused(Map.of(), List.of(), "everybody knows the key of node-1 (network-config/node-3)");
    }

    @Test
    void refusesAPublicKeyOfAnotherNode() throws IOException {
        String other = NodeKey.create().publicKey();
        Files.writeString(node.resolve("key.pub"), "0x" + other + "\n");

        assertRefused(Map.of(), List.of(), "the key of node-1 belongs to", "but key.pub beside it to");
    }

    @Test
    void refusesANodeWithoutAKey() throws IOException {
        Files.delete(node.resolve("key"));

        assertRefused(Map.of(), List.of(), "cannot read the node key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rpc-ws-authentication-enabled=true | rpc-ws-authentication-enabled=false | WebSocket of node-1 is open to everybody",
                "rpc-http-authentication-enabled=true | rpc-http-authentication-enabled=false | JSON-RPC of node-1 is open to everybody",
                "rpc-ws-authentication-enabled=true | # gone | WebSocket of node-1 is open to everybody",
                "rpc-ws-enabled=true | rpc-ws-enabled=true # as it was;rpc-ws-api-methods-no-auth=[\"eth_sendRawTransaction\"] | rpc-ws-api-methods-no-auth of node-1 is [eth_sendRawTransaction]",
                "rpc-http-host=\"127.0.0.1\" | rpc-http-host='0.0.0.0' | rpc-http-host of node-1 is 0.0.0.0: tokens would travel in clear text",
                "rpc-ws-host=\"127.0.0.1\" | rpc-ws-host=\"192.0.2.1\" | rpc-ws-host of node-1 is 192.0.2.1",
                "metrics-host=\"127.0.0.1\" | metrics-host=\"0.0.0.0\" | metrics-host of node-1 is 0.0.0.0: metrics ask nobody",
                "metrics-enabled=true | metrics-enabled=true;graphql-http-enabled=true | Besu's GraphQL knows no tokens",
                "permissions-nodes-config-file-enabled=true | permissions-nodes-config-file-enabled=false | permissions-nodes-config-file-enabled of node-1 is not true",
                "metrics-enabled=true | metrics-enabled=true;[table];rpc-http-api-method-no-auth=[\"eth_call\"] | rpc-http-api-method-no-auth of node-1",
                "metrics-enabled=true | metrics-enabled=maybe | is no TOML"
            })
    void refusesWhatIsOpenInTheConfiguration(String from, String to, String message) throws IOException {
        Path config = node.resolve("config.toml");
        String text = Files.readString(config);
        Files.writeString(
                config,
                to.startsWith("metrics-enabled=true;[")
                        ? text + to.substring(to.indexOf('[')).replace(';', '\n') + "\n"
                        : text.replace(from, to.replace(';', '\n')));

        assertRefused(Map.of(), List.of(), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BESU_RPC_HTTP_AUTHENTICATION_ENABLED | false | JSON-RPC of node-1 is open",
                "BESU_RPC_WS_AUTHENTICATION_ENABLED | FALSE | WebSocket of node-1 is open",
                "BESU_RPC_HTTP_HOST | 0.0.0.0 | rpc-http-host of node-1 is 0.0.0.0",
                "BESU_METRICS_HOST | 0.0.0.0 | metrics-host of node-1 is 0.0.0.0",
                "BESU_GRAPHQL_HTTP_ENABLED | true | graphql-http-enabled of node-1 is on",
                "BESU_RPC_HTTP_API_METHODS_NO_AUTH | eth_call | rpc-http-api-methods-no-auth",
                "BESU_OPTS | -Xmx1g -agentlib:jdwp=transport=dt_socket,server=y | BESU_OPTS has '-agentlib:jdwp'",
                "JAVA_TOOL_OPTIONS | -Dcom.sun.management.jmxremote.port=9010 | JAVA_TOOL_OPTIONS has"
            })
    void refusesWhatTheEnvironmentOpens(String variable, String value, String message) {
        assertRefused(Map.of(variable, value), List.of(), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rpc-ws-authentication-enabled=false | WebSocket of node-1 is open",
                "--rpc-http-authentication-enabled false | JSON-RPC of node-1 is open",
                "--graphql-http-enabled | graphql-http-enabled of node-1 is on",
                "--graphql-http-enabled --logging=DEBUG | graphql-http-enabled of node-1 is on",
                "--metrics-host=0.0.0.0 | metrics-host of node-1 is 0.0.0.0"
            })
    void refusesWhatTheCommandLineOpens(String options, String message) {
        assertRefused(Map.of(), List.of(options.split(" ", -1)), message);
    }

    private void assertRefused(Map<String, String> environment, List<String> options, String... messages) {
        assertThatThrownBy(() -> check(environment, options))
                .isInstanceOf(BadInputException.class)
                .hasMessageContainingAll(messages);
    }

    private void check(Map<String, String> environment, List<String> options) {
        ProductionCheck.require(NetworkFolder.read(temporary), environment, options);
    }
}
