package org.chargeproof.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.chargeproof.cli.Main;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.chargeproof.console.output.PrintableWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.utils.Numeric;

/** The archive that operators download, unpacked in a folder of its own and run by nothing but Java and what bash needs. */
class ArchiveIT {
    private static final String NAME = "chargeproof-0.1.0";
    private static final Pattern LISTENS = Pattern.compile("listens on (http://127\\.0\\.0\\.1:\\d+)");
    /** A link to a file or heading of ours: no scheme. */
    private static final Pattern LINK = Pattern.compile("]\\((?![a-z]+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

    private static final int WAIT_SECONDS = 60;

    private static Path home = Path.of("");
    private static Path tools = Path.of("");
    private static Path java = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void unpack(@TempDir Path temporary) throws IOException, InterruptedException {
        var tar = new ProcessBuilder("tar", "-xzf", System.getProperty("chargeproof.archive"))
                .directory(temporary.toFile())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        home = temporary.resolve(NAME);
        java = Files.createDirectory(temporary.resolve("java"));
        Files.createSymbolicLink(java.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
        tools = Files.createDirectory(temporary.resolve("tools"));
        for (String tool : List.of("bash", "dirname", "readlink")) {
            Files.createSymbolicLink(tools.resolve(tool), installed(tool));
        }
    }

    @Test
    void tellsWhatItIsAndHowToRunIt() throws IOException, InterruptedException {
        assertThat(run(0, "--version"))
                .contains("chargeproof 0.1.0\nbuilt from ")
                .containsPattern("planner [0-9a-f]{64}\n")
                .contains("Java 25");
        assertThat(run(0, "oracle", "-h")).contains("--config=FILE");
        assertThat(run(0, "network", "new", "net")).contains("Start it: chargeproof network up --dir net");
        assertThat(run(2, "demo")).contains("a release has none");
    }

    @Test
    void saysWhenThereIsNoJava() throws IOException, InterruptedException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.copy(home.resolve("bin").resolve("chargeproof"), bin.resolve("chargeproof"));
        // a machine on which Java is nowhere
        String finder = Files.readString(home.resolve("bin").resolve("java.sh"));
        Files.writeString(bin.resolve("java.sh"), finder.replaceAll("(?s)/usr/lib/jvm/.*?; do", "; do"));
        var builder = builder();
        builder.command(bin.resolve("chargeproof").toString(), "--version");
        builder.environment().put("PATH", tools.toString());
        assertThat(run(1, builder)).contains("There is no Java 25: not in JAVA_HOME, on the PATH");
    }

    @Test
    void bringsANetworkUpAndRunsAnOracleByAFile() throws Exception {
        try (var ledger = EmbeddedLedger.startWithBlocksEverySecond()) {
            var accounts = new ArrayList<Credentials>();
            for (int i = 0; i < 3; i++) {
                accounts.add(Credentials.create(Keys.createEcKeyPair()));
            }
            Path key = folder.resolve("oracle.key");
            Files.writeString(
                    key,
                    Numeric.toHexStringNoPrefixZeroPadded(
                            accounts.get(1).getEcKeyPair().getPrivateKey(), 64));
            Path founders = Files.writeString(folder.resolve("founders.json"), """
                    [{"name": "Aurora", "owner": "%s", "oracle": "%s", "meter": "%s"}]""".formatted(
                            accounts.stream().map(Credentials::getAddress).toArray()));
            String deployed = run(
                    0,
                    "consortium",
                    "deploy",
                    "--rpc",
                    ledger.url(),
                    "--founders",
                    founders.toString(),
                    "--key",
                    key.toString());
            Matcher contract =
                    Pattern.compile("(?m)^Consortium (0x\\p{XDigit}{40})$").matcher(deployed);
            assertThat(contract.find()).as(deployed).isTrue();
            assertThat(deployed).contains("chargeproof oracle --help").doesNotContain("scripts/");
            Path config =
                    Files.writeString(folder.resolve("oracle.toml"), """
                    rpc = "%s"
                    contract = "%s"
                    key = "oracle.key"
                    http-port = 0
                    poll = 100
                    """.formatted(ledger.url(), contract.group(1)));

            var builder = builder("oracle", "--config", config.getFileName().toString());
            builder.environment().put("CHARGEPROOF_ORACLE_DATA", "data");
            Path log = folder.resolve("log");
            var oracle = builder.redirectOutput(log.toFile()).start();
            try {
                String url = awaitUrl(oracle, log);
                assertThat(get(url + "/health/live")).isEqualTo("live\n");
                assertThat(Files.readString(log))
                        .contains(
                                "settings: rpc, contract, key, http-port, poll (oracle.toml); data (CHARGEPROOF_ORACLE_DATA)")
                        .containsPattern(
                                "(?m)^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) INFO ");
                assertThat(folder.resolve("data")).isDirectory();
            } finally {
                oracle.destroy();
                assertThat(oracle.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
            // what the unit calls an end in order
            assertThat(oracle.exitValue()).isEqualTo(143);
        }
    }

    @Test
    void theExampleSetsWhatThereIs() throws IOException {
        String example = Files.readString(home.resolve("config").resolve("oracle.toml"));
        Path all = Files.writeString(folder.resolve("oracle.toml"), example.replaceAll("(?m)^# ([a-z-]+ = )", "$1"));
        assertThat(Files.readString(all)).contains("\nsigner = ", "\nkey = ", "\nevents = ");
        // it is read to the end: what is wrong with it is that the files are not there
        assertThat(said("oracle", "--config", all.toString()))
                .contains("cannot read the token file /etc/chargeproof/oracle.token")
                .doesNotContain("line ");
    }

    @Test
    void unitsAndContainersFindWhatTheyRun() throws IOException {
        for (String unit : List.of("chargeproof-oracle.service", "chargeproof-node.service")) {
            String text = Files.readString(home.resolve("systemd").resolve(unit));
            assertThat(text)
                    .contains("NoNewPrivileges=yes", "ProtectSystem=strict", "Restart=on-failure", "DynamicUser=yes")
                    .doesNotContain("${project");
            Matcher paths = Pattern.compile("/opt/chargeproof/([\\w/.-]+)").matcher(text);
            while (paths.find()) {
                assertThat(home.resolve(paths.group(1))).exists();
            }
        }
        String container = Files.readString(home.resolve("container").resolve("Containerfile"));
        assertThat(container).contains("USER 10001:10001", "HEALTHCHECK", "/health/live", "chargeproof:0.1.0");
        var copied = container
                .lines()
                .filter(line -> line.startsWith("COPY "))
                .flatMap(line -> Arrays.stream(line.split(" ")).skip(1).limit(line.split(" ").length - 2L))
                .toList();
        assertThat(copied).contains("bin", "lib");
        assertThat(copied).allSatisfy(file -> assertThat(home.resolve(file)).exists());
        assertThat(home.resolve("bin").resolve("chargeproof")).isExecutable();
    }

    @Test
    void thePluginIsWhatTheProgramBrings() throws IOException {
        try (var zip = new ZipFile(System.getProperty("chargeproof.plugin"));
                Stream<Path> brought = Files.list(home.resolve("plugins"))) {
            var names = zip.stream().map(ZipEntry::getName).sorted().toList();
            assertThat(names)
                    .containsExactly(
                            "chargeproof-besu-plugin-0.1.0.jar",
                            "chargeproof-billing-0.1.0.jar",
                            "chargeproof-planner-0.1.0.jar",
                            "chargeproof-protocol-0.1.0.jar",
                            "chargeproof-view-0.1.0.jar");
            assertThat(brought.map(p -> p.getFileName().toString()).sorted()).isEqualTo(names);
            for (String name : names) {
                try (var in = zip.getInputStream(zip.getEntry(name))) {
                    assertThat(home.resolve("plugins").resolve(name)).hasBinaryContent(in.readAllBytes());
                }
            }
        }
        assertThat(Files.readAllBytes(home.resolve("plugins").resolve("chargeproof-planner-0.1.0.jar")))
                .isEqualTo(Files.readAllBytes(home.resolve("lib").resolve("chargeproof-planner-0.1.0.jar")));
    }

    /** A node has none of our classes but these. */
    @Test
    void thePluginHasAllClassesThatItLeadsTo() throws IOException {
        var there = new HashSet<String>();
        var needed = new HashSet<String>();
        try (Stream<Path> jars = Files.list(home.resolve("plugins"))) {
            for (Path jar : jars.toList()) {
                try (var zip = new ZipFile(jar.toFile())) {
                    for (var entry : Collections.list(zip.entries())) {
                        if (entry.getName().endsWith(".class")) {
                            var model = ClassFile.of()
                                    .parse(zip.getInputStream(entry).readAllBytes());
                            there.add(model.thisClass().asInternalName());
                            for (var used : model.constantPool()) {
                                if (used instanceof ClassEntry type
                                        && type.asInternalName().startsWith("org/chargeproof/")) {
                                    needed.add(type.asInternalName());
                                }
                            }
                        }
                    }
                }
            }
        }
        assertThat(there).containsAll(needed).hasSizeGreaterThan(100);
    }

    @Test
    void linksOfTheDocumentsLeadToWhatTheArchiveHas() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            var documents =
                    files.filter(file -> file.toString().endsWith(".md")).toList();
            assertThat(documents).hasSizeGreaterThan(10);
            for (Path document : documents) {
                Matcher links = LINK.matcher(Files.readString(document));
                while (links.find()) {
                    Path target = links.group(1).isEmpty()
                            ? document
                            : document.resolveSibling(links.group(1)).normalize();
                    assertThat(target).as("%s: %s", document, links.group()).exists();
                    assertThat(target).startsWith(home);
                    if (links.group(2) != null && target.toString().endsWith(".md")) {
                        assertThat(anchors(target))
                                .as("%s: %s", document, links.group())
                                .contains(links.group(2));
                    }
                }
            }
        }
    }

    /** What GitHub calls a page's headings. */
    private static List<String> anchors(Path document) throws IOException {
        return Files.readString(document)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String awaitUrl(Process oracle, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (oracle.isAlive() && System.nanoTime() < deadline) {
            Matcher listens = LISTENS.matcher(Files.readString(log));
            if (listens.find()) {
                return listens.group(1);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("the oracle did not start:\n" + Files.readString(log));
    }

    private static String get(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** In an empty folder, with an environment of nothing but a path to what is needed. */
    private ProcessBuilder builder(String... arguments) {
        var command = new ArrayList<>(
                List.of(home.resolve("bin").resolve("chargeproof").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", java + ":" + tools, "CHARGEPROOF_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1"));
        return builder;
    }

    private String run(int exitCode, String... arguments) throws IOException, InterruptedException {
        return run(exitCode, builder(arguments));
    }

    private static String run(int exitCode, ProcessBuilder builder) throws IOException, InterruptedException {
        var process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
        return said;
    }

    private static String said(String... arguments) {
        var said = new ByteArrayOutputStream();
        var err = PrintableWriter.to(new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(Main.run(System.getenv(), PrintableWriter.to(System.out), err, arguments))
                .isEqualTo(2);
        err.flush();
        return said.toString(StandardCharsets.UTF_8);
    }

    private static Path installed(String tool) {
        return Stream.of("/usr/bin", "/bin")
                .map(bin -> Path.of(bin, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
