package org.chargeproof.operator.network.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Profile;
import org.chargeproof.operator.network.files.Consensus;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.NodeFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What operators type: what it makes, and what it refuses. Nothing here needs a Besu. */
class NetworkCommandTest {
    private static final Path PROJECT = Path.of(System.getProperty("basedir", "."), "..", "..")
            .toAbsolutePath()
            .normalize();
    private static final String DEVELOPMENT = PROJECT.resolve("network-config").toString();
    private static final String ENODE = "enode://" + "ab".repeat(64) + "@192.0.2.7:30303";

    @TempDir
    private Path temporary;

    private record Run(int code, String out, String err) {}

    @Test
    void newMakesANetworkThatCanBeRead() {
        Run run = run(
                "new",
                "net",
                "--consensus",
                "qbft",
                "--names",
                "a,b,c,d",
                "--host",
                "192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.1");

        assertThat(run.code()).isZero();
        NetworkFolder network = NetworkFolder.read(temporary.resolve("net"));
        assertThat(network.rules().first()).isEqualTo(Consensus.QBFT);
        assertThat(network.profile()).isEqualTo(Profile.DEVELOPMENT);
        assertThat(network.nodes()).extracting(NodeFolder::name).containsExactly("a", "b", "c", "d");
        assertThat(network.rules().validators())
                .containsExactlyInAnyOrderElementsOf(
                        network.nodes().stream().map(NodeFolder::address).toList());
        assertThat(network.nodes())
                .extracting(n -> n.enode().host() + ":" + n.enode().port())
                .containsExactly("192.0.2.1:30303", "192.0.2.2:30303", "192.0.2.3:30303", "192.0.2.1:30313");
    }

    @Test
    void productionNodesWantTokensAndHideTheirKeys() throws IOException {
        run("new", "net", "--production");

        var network = NetworkFolder.read(temporary.resolve("net"));
        assertThat(network.profile()).isEqualTo(Profile.PRODUCTION);
        for (NodeFolder node : network.nodes()) {
            assertThat(node.authenticated()).isTrue();
            for (String secret : List.of(NodeFolder.KEY, NodeFolder.RPC_KEY)) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(node.folder().resolve(secret))))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void twoNetworksHaveNoKeyInCommon() {
        run("new", "one");
        run("new", "two");

        assertThat(NetworkFolder.read(temporary.resolve("one")).rules().validators())
                .doesNotContainAnyElementsOf(
                        NetworkFolder.read(temporary.resolve("two")).rules().validators());
    }

    @Test
    void newNeverOverwrites() {
        run("new", "net");

        assertThat(run("new", "net").err()).contains("is not empty", "name a folder that is empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--validators 0         | --validators is 0; it must be from 1 to 100",
                "--validators 101       | --validators is 101",
                "--block-seconds 0      | --block-seconds is 0; it must be from 1 to 60",
                "--chain-id 0           | --chain-id is 0",
                "--names a,b            | --names has 2 names for 4 nodes",
                "--names a,b,c,a        | --names has a name twice",
                "--names a,b,c,../d     | --names has '../d'",
                "--host 10.0.0.1,10.0.0.2 | --host names 2 addresses for 4 nodes",
                "--host besu.example    | --host is 'besu.example'; Besu takes an IPv4 address",
                "--host 256.1.1.1       | --host is '256.1.1.1'",
                "--port-offset 60000    | --port-offset is 60000",
                "--consensus clique     | expected one of [IBFT2, QBFT]"
            })
    void newRefuses(String options, String message) {
        var arguments = Stream.concat(Stream.of("new", "net"), Stream.of(options.split(" ", -1)));
        Run run = run(arguments.toArray(String[]::new));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(temporary.resolve("net")).doesNotExist();
    }

    @Test
    void joinMakesANodeForTheSameNetwork() {
        run("new", "theirs", "--consensus", "qbft");
        String genesis = temporary.resolve("theirs").resolve("genesis.json").toString();
        Run run = run(
                "join", "--genesis", genesis, "--peers", ENODE, "--dir", "mine", "--name", "me", "--host", "192.0.2.9");

        var network = NetworkFolder.read(temporary.resolve("mine"));
        NodeFolder node = network.nodes().getFirst();
        assertThat(run.out()).contains(node.address(), node.enode().toString());
        assertThat(node.enode().host()).isEqualTo("192.0.2.9");
        assertThat(network.rules())
                .isEqualTo(NetworkFolder.read(temporary.resolve("theirs")).rules());
        assertThat(node.folder().resolve("static-nodes.json")).content().contains(ENODE);
        assertThat(node.folder().resolve("permissions.toml"))
                .content()
                .contains(ENODE, node.enode().toString());
    }

    @Test
    void joinRefuses() throws IOException {
        Files.writeString(temporary.resolve("no.json"), "no");
        Files.writeString(temporary.resolve("other.json"), "{\"config\": {\"chainId\": 1, \"ethash\": {}}}");
        Files.writeString(
                temporary.resolve("empty.json"),
                "{\"config\": {\"chainId\": 1, \"qbft\": {}}, \"extraData\": \"0xc0\"}");

        assertThat(join("none.json", ENODE).err()).contains("cannot read the genesis file");
        assertThat(join("no.json", ENODE).err()).contains("is no genesis file: it is no JSON");
        assertThat(join("other.json", ENODE).err()).contains("no genesis file of an IBFT 2.0 or QBFT network");
        assertThat(join("empty.json", ENODE).err()).contains("'extraData' in");
        assertThat(join("none.json", "enode://12@host:1").err()).contains("'enode://12@host:1' is no enode");
        assertThat(temporary.resolve("mine")).doesNotExist();
    }

    @Test
    void upRefuses() {
        assertThat(run("up", "--dir", "nowhere").err())
                .contains("there is no network in", "'network new' makes a network");
        assertThat(run("up", "--dir", DEVELOPMENT, "--nodes", "5").err())
                .contains("--nodes is 5", "has 4 nodes here", "add-validator");
        assertThat(run("up", "--dir", DEVELOPMENT, "--nodes", "2").err())
                .contains("--nodes is 2; of 4 validators 3 must run");
        assertThat(run("up", "--dir", DEVELOPMENT, "--timeout", "0").err()).contains("--timeout is 0");
        assertThat(run("up", "--dir", DEVELOPMENT, "--plugins", "nowhere").err())
                .contains("there is no such folder");
    }

    @Test
    void productionRefusesKeysThatEverybodyKnows() throws IOException {
        run("new", "net", "--production");
        Path key = temporary.resolve("net").resolve("node-1").resolve("key");
        Files.copy(Path.of(DEVELOPMENT, "node-3", "key"), key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(run("up", "--dir", "net").err())
                .contains("everybody knows the key of node-1 (network-config/node-3)");
    }

    @Test
    void productionRefusesKeysThatOthersMayRead() throws IOException {
        run("new", "net", "--production");
        Path key = temporary.resolve("net").resolve("node-2").resolve("key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run("up", "--dir", "net").err()).contains("others may use", "chmod 600 " + key);
    }

    @Test
    void productionRefusesOpenRpc() throws IOException {
        run("new", "net", "--production");
        Path config = temporary.resolve("net").resolve("node-4").resolve("config.toml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("rpc-http-authentication-enabled=true", "rpc-http-authentication-enabled=false"));

        assertThat(run("up", "--dir", "net").err()).contains("JSON-RPC of node-4 is open to everybody");
    }

    @Test
    void otherCommandsRefuse() {
        run("new", "net");

        assertThat(run("logs", "--dir", "net", "-n", "-1").err()).contains("--lines is -1");
        assertThat(run("logs", "--dir", "net", "node-9").err()).contains("there is no node 'node-9'");
        assertThat(run("token", "--dir", "net", "--node", "node-1").err()).contains("node-1 wants no token");
        assertThat(run("token", "--dir", "net").err()).contains("whose JSON-RPC?");
        assertThat(run("token", "--dir", "net", "--days", "0").err()).contains("--days is 0");
        assertThat(run("token", "--dir", "net", "--permissions", "eth").err()).contains("--permissions has 'eth'");
        assertThat(run("add-validator", "--dir", "net", "0x12").err()).contains("'0x12' is no validator's address");
        assertThat(run("add-validator", "--dir", "net").err()).contains("the network does not run");
        assertThat(run("add-validator", "--dir", "net", "--rpc", "http://127.0.0.1:1")
                        .err())
                .contains("an ADDRESS is missing");
        assertThat(run("remove-validator", "--dir", "net", "node-1").err()).contains("no node of the network in");
        assertThat(run("allow", "--dir", "net", "enode").err()).contains("'enode' is no enode");
    }

    @Test
    void aNetworkThatIsDownIsNoError() {
        run("new", "net", "--port-offset", "20000");

        Run status = run("status", "--dir", "net");
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.out()).contains("stopped", "no node answers. Start the network");
        assertThat(run("down", "--dir", "net").out()).contains("node-1 does not run");
    }

    private Run join(String genesis, String peer) {
        return run("join", "--genesis", temporary.resolve(genesis).toString(), "--peers", peer, "--dir", "mine");
    }

    /** Runs a command; names of folders are those in the temporary one. */
    private Run run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = new CommandLine(new NetworkCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    assertThat(e).isInstanceOf(BadInputException.class);
                    command.getErr().println(e.getMessage());
                    return 2;
                });
        for (int i = 1; i < arguments.length; i++) {
            if (List.of("--dir", "new").contains(arguments[i - 1])) {
                arguments[i] = temporary.resolve(arguments[i]).toString();
            }
        }
        return new Run(line.execute(arguments), out.toString(), err.toString());
    }
}
