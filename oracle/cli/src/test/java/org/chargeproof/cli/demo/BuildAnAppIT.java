package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chargeproof.cli.demo.LiveNetwork.awaitTrue;
import static org.chargeproof.cli.demo.LiveNetwork.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.chargeproof.console.input.ProjectFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.web3j.crypto.ContractUtils;

/** The first day of who builds an app: a network that lives, and what docs/how-to/build-an-app.md has its readers run, as it stands there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("apps ask in real time: others would make them late")
class BuildAnAppIT {
    private static final Path PROJECT = ProjectFolder.find();
    private static final Path APP = PROJECT.resolve("oracle/cli/target/build-an-app");
    private static final List<String> SMALL = LiveNetwork.SMALL;

    private final HttpClient http = HttpClient.newHttpClient();
    private Path folder = Path.of("");
    private Path temporary = Path.of("");
    private Path networkFile = Path.of("");
    private LiveNetwork live;
    private JsonNode network;
    private CompletableFuture<Visitor.Visit> visit = CompletableFuture.failedFuture(new AssertionError("not begun"));

    @BeforeAll
    void start(@TempDir Path testFolder) throws IOException {
        folder = testFolder;
        temporary = Files.createDirectory(folder.resolve("tmp"));
        networkFile = folder.resolve("live.json");
        var installed = CompletableFuture.runAsync(this::install);
        live = new LiveNetwork(temporary, folder.resolve("live.log"), networkFile, LiveNetwork.SERVED);
        network = live.awaitLiving();
        visit = CompletableFuture.supplyAsync(() -> new Visitor(network).chargeUntilBilled());
        installed.join();
    }

    @AfterAll
    void end() {
        if (live != null) {
            live.process().destroyForcibly();
        }
        http.close();
    }

    @Test
    @Order(1)
    void everyBlockOfThePageWorks() {
        var ethers = CompletableFuture.supplyAsync(() -> requestAndReceipt("request-ethers.mjs"));
        var viem = CompletableFuture.supplyAsync(() -> requestAndReceipt("request-viem.mjs"));
        String said = run(
                APP,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                wrappersAlone(),
                "App.java",
                networkFile.toString());
        assertThat(said).contains("charge point 0 costs 3500");
        for (var app : List.of(ethers, viem)) {
            assertThat(app.join())
                    .contains("0 Wh: NoEnergy()")
                    .contains("ACCEPTED: promised 1500 Wh, delivered 0 Wh (0 %)")
                    .contains("ENDED: promised 1500 Wh, delivered 1500 Wh (100 %), may draw 0 W")
                    .contains(" by PLAN, metered ")
                    .contains("received 1500 Wh");
        }
        assertThat(log()).contains(" is accepted").contains("final ");
    }

    @Test
    @Order(2)
    void keysAreForTheirOwnerAloneAndPortsForThisMachine() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(networkFile)))
                .isEqualTo("rw-------");
        for (String url : urls()) {
            int port = URI.create(url).getPort();
            for (InetAddress address : addressesToOthers()) {
                assertThatThrownBy(() -> connect(address, port))
                        .as("%s:%d", address, port)
                        .isInstanceOf(IOException.class);
            }
        }
        // another page in the developer's browser may send, but does not hear
        var answer = post(network.get("rpcUrl").asText(), "eth_chainId", "http://evil.example");
        assertThat(answer.headers().allValues("access-control-allow-origin"))
                .containsExactly(network.at("/oracles/0/url").asText());
    }

    @Test
    @Order(3)
    void addressesAreTheSameEachTimeAndFoundFromOne() throws IOException {
        assertThat(network.at("/contracts/consortium").asText())
                .isEqualToIgnoringCase(ContractUtils.generateContractAddress(
                        LiveDemonstration.DEPLOYER.getAddress(), BigInteger.ZERO));
        var members = new ObjectMapper()
                .readTree(Commands.run(
                        0,
                        "consortium",
                        "members",
                        "--json",
                        "--rpc",
                        network.get("rpcUrl").asText(),
                        "--contract",
                        network.at("/contracts/consortium").asText()));
        assertThat(members.at("/contracts/AssetRegistry")).isEqualTo(network.at("/contracts/assets"));
        assertThat(members.at("/contracts/Charging")).isEqualTo(network.at("/contracts/charging"));
        assertThat(members.at("/contracts/Plans")).isEqualTo(network.at("/contracts/plans"));
        assertThat(members.at("/contracts/AlgorithmRegistry")).isEqualTo(network.at("/contracts/algorithms"));
        assertThat(members.at("/contracts/Euro")).isEqualTo(network.at("/contracts/euro"));
        assertThat(members.at("/contracts/Settlement")).isEqualTo(network.at("/contracts/settlement"));
        assertThat(members.at("/contracts/Channels")).isEqualTo(network.at("/contracts/channels"));
    }

    @Test
    @Order(4)
    void toolsFindTheDocumentAtTheOracleAndInThePackage() throws IOException {
        String oracle = network.at("/oracles/0/rpcUrl").asText();
        var json = new ObjectMapper();
        var discovered = json.readTree(post(oracle, "rpc.discover", "").body()).get("result");
        assertThat(discovered.get("openrpc").asText()).startsWith("1.");
        assertThat(discovered)
                .isEqualTo(json.readTree(post(oracle, "charge_discover", "").body())
                        .get("result"))
                .isEqualTo(json.readTree(
                        PROJECT.resolve("contracts/target/npm/openrpc.json").toFile()));
        assertThat(run(PROJECT.resolve("contracts/target/npm"), "npm", "pack", "--dry-run", "--json"))
                .contains("\"index.d.ts\"", "\"abi/Errors.json\"", "\"openrpc.json\"", "\"LICENSE\"");
    }

    /** What pages do: ask with the key of the visitor, watch, end, and have a bill that anybody can check. */
    @Test
    @Order(4)
    void aVisitorChargesAndHasABillWithItsProof() throws IOException {
        String oracle = network.at("/oracles/0/url").asText();
        String key = network.at("/visitor/key").asText();
        assertThat(network.at("/pages/driver").asText()).isEqualTo(oracle + "/#key=" + key);
        assertThat(network.at("/pages/cockpit").asText()).isEqualTo(oracle + "/cockpit");
        assertThat(network.at("/pages/ledger").asText()).isEqualTo(oracle + "/ledger");
        assertThat(log().lines())
                .contains("  " + oracle + "/#key=" + key)
                .anyMatch(line -> line.contains(oracle + "/cockpit"))
                .anyMatch(line -> line.contains(oracle + "/ledger"));
        var visited = visit.join();
        System.out.println("visitor: " + visited.times());
        var receipt = visited.receipt().get("receipt");
        var bill = visited.receipt().at("/bill/bill");
        assertThat(receipt.get("deliveredWh").asInt()).isPositive();
        assertThat(receipt.get("timesteps")).isNotEmpty();
        assertThat(bill.get("energyWh").asInt())
                .isEqualTo(receipt.get("deliveredWh").asInt());
        assertThat(bill.get("proven").asBoolean()).isTrue();
        assertThat(Commands.run(
                        0,
                        "bill",
                        receipt.get("session").asText(),
                        "--rpc",
                        network.get("rpcUrl").asText(),
                        "--contract",
                        network.at("/contracts/consortium").asText()))
                .contains("MATCH", "is proven by its path");
        var group = visited.timesteps();
        assertThat(group.findValuesAsText("outcome")).contains("FINAL");
        assertThat(group.findValues("energyWh").stream()
                        .mapToInt(JsonNode::asInt)
                        .sum())
                .isGreaterThanOrEqualTo(receipt.get("deliveredWh").asInt());
        assertThat(group.findValues("expectedLoadWh")).anyMatch(JsonNode::isInt);
    }

    @Test
    @Order(5)
    void aSecondOneIsRefusedAndLeavesNothing() throws IOException {
        Path here = Files.createDirectory(folder.resolve("second"));
        Path file = folder.resolve("second.json");
        String port = String.valueOf(URI.create(network.get("rpcUrl").asText()).getPort());
        var second = new ArrayList<>(SMALL);
        second.set(3, port);

        Path log = folder.resolve("second.log");
        Process process = new LiveNetwork(here, log, file, second).process();
        awaitTrue(() -> !process.isAlive());
        assertThat(process.exitValue()).as(read(log)).isEqualTo(2);
        assertThat(read(log).strip().lines())
                .singleElement()
                .asString()
                .contains("port " + port + " is not free for the ledger")
                .contains("give another with --rpc-port");
        assertThat(here).isEmptyDirectory();
        assertThat(file).doesNotExist();
    }

    @Test
    @Order(5)
    void aFileOfOthersIsNeverReplaced() throws IOException {
        Path file = folder.resolve("file.json");
        assertThat(refusal(networkFile))
                .contains("belongs to process " + live.process().pid())
                .contains("give another file");
        Files.writeString(file, "{\"precious\": true}");
        assertThat(refusal(file)).contains("is no file of a live demonstration");
        assertThat(file).hasContent("{\"precious\": true}");
        Files.delete(file);
        Files.createSymbolicLink(file, folder.resolve("elsewhere"));
        assertThat(refusal(file)).contains("is no file of a live demonstration");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
        assertThat(refusal(folder.resolve("no-folder/live.json"))).contains("Its folder must exist");
    }

    @Test
    @Order(6)
    void endsWithNothingLeftBehind() {
        assertThat(log().lines())
                .allMatch(line -> line.length() < 80 || line.contains("#key="), "fits into 80 columns");
        var children = live.process().descendants().toList();
        assertThat(children).hasSizeGreaterThanOrEqualTo(3);

        live.close();

        assertThat(live.process().isAlive()).isFalse();
        awaitTrue(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(networkFile).doesNotExist();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    @Order(7)
    void endsWithNothingLeftBehindWhileItStarts() throws IOException {
        Path log = folder.resolve("early.log");
        var one = new ArrayList<>(SMALL);
        one.set(one.indexOf("--operators") + 1, "1");
        Process early = new LiveNetwork(temporary, log, networkFile, one).process();
        awaitTrue(() -> read(log).contains("starting 1 oracle"));
        var children = early.descendants().toList();

        early.destroy();

        awaitTrue(() -> !early.isAlive());
        awaitTrue(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(read(log)).doesNotContain("Exception");
        assertThat(networkFile).doesNotExist();
        assertThat(temporary).isEmptyDirectory();
    }

    /** Writes the page's blocks into files, and installs the packages beside them, when other ones are wanted than are there. */
    private void install() {
        try {
            Files.createDirectories(APP);
            var page = HowToPage.read("build-an-app.md");
            int written = 0;
            for (var block : page.blocks()) {
                if (!block.name().isEmpty() && !block.language().equals("sh")) {
                    Files.writeString(APP.resolve(block.name()), block.content());
                    written++;
                }
            }
            assertThat(written).isEqualTo(7);
            Path wanted = PROJECT.resolve("oracle/cli/src/test/resources/app");
            var dependencies = new ObjectMapper()
                    .readTree(wanted.resolve("package.json").toFile())
                    .get("dependencies");
            for (String library : List.of("ethers", "viem")) {
                assertThat(page.text())
                        .contains(library + "@" + dependencies.get(library).asText());
            }
            String lock = Files.readString(wanted.resolve("package-lock.json"));
            Path stamp = APP.resolve("node_modules/.stamp");
            if (!read(stamp).equals(lock)) {
                for (String name : List.of("package.json", "package-lock.json")) {
                    Files.writeString(APP.resolve(name), Files.readString(wanted.resolve(name)));
                }
                run(APP, "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
                Files.writeString(stamp, lock);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String requestAndReceipt(String script) {
        String asked = run(APP, "node", script);
        String session = asked.lines().toList().getLast();
        return asked + run(APP, "node", "progress.mjs", session);
    }

    private static String refusal(Path file) {
        var arguments = new ArrayList<>(SMALL);
        arguments.addAll(List.of("--network-file", file.toString()));
        return Commands.run(2, arguments.toArray(String[]::new));
    }

    /** The class path of who has the wrappers and web3j, and nothing else of the project. */
    private static String wrappersAlone() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Path.of(entry).startsWith(PROJECT.resolve("contracts"))
                        || entry.contains("chargeproof-contracts")
                        || !(Path.of(entry).startsWith(PROJECT)
                                || entry.contains("chargeproof-")
                                || entry.contains("/logback")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private List<String> urls() {
        var urls = new ArrayList<>(List.of(network.get("rpcUrl").asText()));
        network.get("oracles").forEach(oracle -> urls.add(oracle.get("url").asText()));
        return urls;
    }

    private static List<InetAddress> addressesToOthers() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .toList();
    }

    private static void connect(InetAddress address, int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1_000);
        }
    }

    private HttpResponse<String> post(String url, String method, String origin) {
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":[]}"));
        if (!origin.isEmpty()) {
            request.header("origin", origin);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String run(Path where, String... command) {
        try {
            var builder = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
            builder.environment().put("NETWORK_FILE", String.valueOf(networkFile));
            var process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue())
                    .as(String.join(" ", command) + ":\n" + said)
                    .isZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String log() {
        return live.log();
    }
}
