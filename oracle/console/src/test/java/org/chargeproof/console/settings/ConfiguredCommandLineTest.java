package org.chargeproof.console.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.RpcToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

class ConfiguredCommandLineTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final StringWriter said = new StringWriter();
    private Serve served = new Serve();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        log.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(log);
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironmentBeforeTheFileBeforeDefaults() throws IOException {
        Path file = file("rpc = \"file\"\nport = 1\npause = 1\nopen = false\n");
        var environment = Map.of("TOOL", "x", "CHARGEPROOF_SERVE_PORT", "2", "CHARGEPROOF_SERVE_PAUSE", "2");

        assertThat(run(environment, "serve", "--config", file.toString(), "--pause", "3"))
                .isZero();

        assertThat(served.rpc).isEqualTo("file");
        assertThat(served.port).isEqualTo(2);
        assertThat(served.pause).isEqualTo(3);
        assertThat(served.open).isFalse();
        assertThat(served.share).isEqualTo(0.5);
    }

    @Test
    void requiredOptionsMayStandElsewhere() throws IOException {
        assertThat(run(Map.of(), "serve")).isEqualTo(2);
        assertThat(said.toString()).contains("Missing required option: '--rpc=URL'");
        assertThat(run(Map.of("CHARGEPROOF_SERVE_RPC", "here"), "serve")).isZero();
        assertThat(served.rpc).isEqualTo("here");
        assertThat(run(Map.of("CHARGEPROOF_SERVE_RPC", ""), "serve")).isEqualTo(2);
        Path file = file("rpc = \"there\"");
        assertThat(run(Map.of("CHARGEPROOF_SERVE_CONFIG", file.toString()), "serve"))
                .isZero();
        assertThat(served.rpc).isEqualTo("there");
    }

    @Test
    void whatFindsANetworkIsSetForAllCommandsAtOnceAndNothingElse() {
        assertThat(run(Map.of("CHARGEPROOF_RPC", "all", "CHARGEPROOF_PORT", "9"), "serve"))
                .isZero();
        assertThat(served.rpc).isEqualTo("all");
        assertThat(served.port).isEqualTo(8090);
        assertThat(run(Map.of("CHARGEPROOF_RPC", "all", "CHARGEPROOF_SERVE_RPC", "one"), "serve"))
                .isZero();
        assertThat(served.rpc).isEqualTo("one");
    }

    @Test
    void listsAreListsOrOneText() throws IOException {
        assertThat(run(
                        Map.of(),
                        "serve",
                        "--config",
                        file("rpc=\"x\"\nhost=[\"a\", \"b\"]").toString()))
                .isZero();
        assertThat(served.hosts).containsExactly("a", "b");
        assertThat(run(Map.of("CHARGEPROOF_SERVE_HOST", "c,d"), "serve", "--rpc", "x"))
                .isZero();
        assertThat(served.hosts).containsExactly("c", "d");
        assertThat(run(
                        Map.of("CHARGEPROOF_SERVE_HOST", "c,d"),
                        "serve",
                        "--rpc",
                        "x",
                        "--host",
                        "e",
                        "--config",
                        file("host=\"f\"").toString()))
                .isZero();
        assertThat(served.hosts).containsExactly("e");
    }

    @Test
    void valuesAreTakenAsTheyStand() throws IOException {
        String value = "${sys:java.home} $${x} $$ ${none:-1} $";
        Path file = file("rpc = \"" + value + "\"");
        assertThat(run(Map.of(), "serve", "--config", file.toString())).isZero();
        assertThat(served.rpc).isEqualTo(value);
        assertThat(run(Map.of("CHARGEPROOF_SERVE_RPC", "${none}"), "serve")).isZero();
        assertThat(served.rpc).isEqualTo("${none}");
    }

    @Test
    void refusesUnknownKeysWithFileLineAndTheNearest() throws IOException {
        assertThat(refused("rpc = \"x\"\n\nprot = 1\n"))
                .contains("serve.toml, line 3: there is no setting 'prot'. Maybe port.")
                .contains("--help");
        assertThat(refused("[serve]\nport = 1")).contains("line 1: 'serve' is a table. The file is for one command");
        assertThat(refused("config = \"other.toml\"")).contains("there is no setting 'config'");
        assertThat(refused("hidden = 1")).contains("there is no setting 'hidden'");
        assertThat(refused("help = true")).contains("there is no setting 'help'");
        assertThat(refused("xxxxxxxxxxxxxxxxxxxxxxx = true")).doesNotContain("Maybe");
        assertThat(refused("a=1\nb=1\nc=1\nd=1\ne=1\nf=1\ng=1\nh=1\ni=1\nj=1\nk=1\nl=1"))
                .contains("... and 2 more");
    }

    @Test
    void refusesOtherTypesWithValueLineAndRemedy() throws IOException {
        assertThat(refused("port = \"8090\""))
                .contains("line 1: port is the text \"8090\"; it must be a whole number, without quotation marks.");
        assertThat(refused("port = 1.5")).contains("port is the number 1.5; it must be a whole number");
        assertThat(refused("share = true")).contains("share is true; it must be a number");
        assertThat(refused("open = \"yes\"")).contains("it must be true or false, without quotation marks");
        assertThat(refused("rpc = 12")).contains("rpc is the whole number 12; it must be text in quotation marks.");
        assertThat(refused("rpc = [\"a\"]")).contains("rpc is a list of 1; it must be text");
        assertThat(refused("host = [1]")).contains("or a list of these in [ ]");
        assertThat(refused("host = [\"a,b\"]")).contains("or a list of these in [ ], not empty and without commas");
        assertThat(refused("host = []")).contains("not empty");
    }

    @Test
    void saysWhereAValueComesFromThatCannotBeUsed() throws IOException {
        Path file = file("rpc = \"x\"\nport = 99999999999\n");
        assertThat(run(Map.of(), "serve", "--config", file.toString())).isEqualTo(2);
        assertThat(said.toString())
                .contains("serve.toml, line 2: Invalid value for option '--port': '99999999999' is not an int")
                .doesNotContain("Usage");
        assertThat(run(Map.of("CHARGEPROOF_SERVE_PORT", "many"), "serve", "--rpc", "x"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("CHARGEPROOF_SERVE_PORT: Invalid value for option '--port': 'many'");
        assertThat(run(Map.of(), "serve", "--rpc", "x", "--port", "few")).isEqualTo(2);
        assertThat(said.toString()).startsWith("Invalid value for option '--port': 'few'");
    }

    @Test
    void refusesHostileFilesSoon() throws IOException {
        assertThat(refused("port = ")).contains("line 1 is no TOML");
        assertThat(refused("port = 1\nport = 2")).contains("line 2 is no TOML").contains("port");
        assertThat(refused("a = \u0000\u001b[2K")).contains("is no TOML").doesNotContain("\u001b");
        assertThat(refused("a = " + "[".repeat(500_000))).contains("serve.toml");
        Path large = Files.write(folder.resolve("large.toml"), new byte[(1 << 20) + 1]);
        assertThat(refusal(large)).contains("1048577 bytes or more; it may have 1048576");
        assertThat(refusal(Files.write(folder.resolve("latin.toml"), new byte[] {'a', '=', '"', (byte) 0xe4, '"'})))
                .contains("is not in UTF-8");
        assertThat(refusal(folder)).contains("is no file");
        assertThat(refusal(Path.of("/dev/zero"))).contains("is no file");
        assertThat(refusal(folder.resolve("absent.toml"))).contains("absent.toml does not exist");
    }

    @Test
    void manyLinesTakeNoTime() {
        assertTimeout(SOON, () -> refused("k = 1\n".repeat(5_000)));
    }

    @Test
    void helpAndVersionNeedNoFile() {
        assertThat(run(Map.of("CHARGEPROOF_SERVE_CONFIG", "/absent"), "serve", "--help"))
                .isZero();
        assertThat(said.toString())
                .contains("--config=FILE")
                .contains("CHARGEPROOF_SERVE_RPC")
                .doesNotContain("/absent");
        assertThat(run(Map.of("CHARGEPROOF_SERVE_CONFIG", "/absent"), "serve", "--version"))
                .isZero();
        assertThat(run(Map.of(), "serve", "--config")).isEqualTo(2);
        assertThat(said.toString()).contains("--config");
    }

    @Test
    void saysWhereSettingsComeFromAndNotWhatTheyAre() throws IOException {
        Path file = file("rpc = \"http://me:secret@node\"");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        run(Map.of("CHARGEPROOF_SERVE_PAUSE", "7"), "serve", "--config", file.toString(), "--port", "1");
        assertThat(messages())
                .containsExactly("settings: rpc (" + file + "); port (command line); pause (CHARGEPROOF_SERVE_PAUSE)");
        log.list.clear();
        run(Map.of(), "serve", "--rpc", "x");
        assertThat(messages()).isEmpty();
    }

    @Test
    void warnsOfVariablesThatSetNothingAndOfSecretsThatOthersRead() throws IOException {
        run(Map.of("CHARGEPROOF_SERVE_PROT", "7", "CHARGEPROOF_OTHER_PROT", "7"), "serve", "--rpc", "x");
        assertThat(messages())
                .containsExactly(
                        "CHARGEPROOF_SERVE_PROT of the environment sets nothing. Maybe CHARGEPROOF_SERVE_PORT.");
        log.list.clear();
        Path file = file("rpc = \"http://me:secret@node\"");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        run(Map.of(), "serve", "--config", file.toString());
        assertThat(messages())
                .anySatisfy(m -> assertThat(m)
                        .contains("line 1: rpc has a password", "rw-r--r--", "chmod 600 " + file)
                        .doesNotContain("secret"));
        log.list.clear();
        Path token = Files.writeString(folder.resolve("token"), "a.b.c");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        RpcToken.read(token);
        assertThat(messages())
                .anySatisfy(m -> assertThat(m).contains("all users of this machine may read the token in " + token));
        log.list.clear();
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r-----"));
        RpcToken.read(token);
        assertThat(messages()).isEmpty();
    }

    @Test
    void anotherProcessIsGivenAllThatIsSetAndNoVariables() throws IOException {
        Path file = file("port = 4\nopen = true\n");
        run(Map.of("CHARGEPROOF_RPC", "all"), "serve", "--config", file.toString(), "--host", "a,b");
        assertThat(ConfiguredCommandLine.given(served.spec))
                .containsOnly(
                        Map.entry("--rpc", List.of("all")),
                        Map.entry("--port", List.of("4")),
                        Map.entry("--open", List.of()),
                        Map.entry("--host", List.of("a,b")));
        var environment = new HashMap<>(Map.of("CHARGEPROOF_HOME", "h", "CHARGEPROOF_RPC", "r", "PATH", "p"));
        ConfiguredCommandLine.removeSettings(environment);
        assertThat(environment).containsOnlyKeys("CHARGEPROOF_HOME", "PATH");
    }

    @Test
    void theNearestNameTakesTheFewestChanges() {
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.remedy("http_port", List.of("http-host", "http-port")))
                .isEqualTo(" Maybe http-port.");
        assertThat(Nearest.remedy("x".repeat(1_000), List.of("http-host"))).isEmpty();
    }

    private String refused(String toml) throws IOException {
        return refusal(file(toml));
    }

    private String refusal(Path file) {
        var message = new StringBuilder();
        assertThatThrownBy(() -> run(Map.of(), "serve", "--config", file.toString()))
                .isInstanceOfSatisfying(BadInputException.class, e -> message.append(e.getMessage()));
        return message.toString();
    }

    private Path file(String toml) throws IOException {
        return Files.writeString(folder.resolve("serve.toml"), toml);
    }

    private int run(Map<String, String> environment, String... arguments) {
        said.getBuffer().setLength(0);
        served = new Serve();
        var line = new CommandLine(new Tool())
                .addSubcommand(served)
                .setOut(new PrintWriter(said, true))
                .setErr(new PrintWriter(said, true));
        return new ConfiguredCommandLine(line, environment).execute(arguments);
    }

    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("org.chargeproof.console");
    }

    @Command(name = "tool")
    private static final class Tool {}

    @Command(name = "serve", mixinStandardHelpOptions = true, version = "1")
    private static final class Serve implements Callable<Integer> {
        @Option(names = "--rpc", required = true, paramLabel = "URL")
        private String rpc = "";

        @Option(
                names = {"-p", "--port"},
                defaultValue = "8090")
        private int port;

        @Option(names = "--pause", defaultValue = "500")
        private long pause;

        @Option(names = "--share", defaultValue = "0.5")
        private double share;

        @Option(names = "--open")
        private boolean open = true;

        @Option(names = "--host", split = ",")
        private List<String> hosts = List.of();

        @Option(names = "--hidden", hidden = true)
        private int hidden;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            return hidden;
        }
    }
}
