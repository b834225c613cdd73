package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.chargeproof.audit.report.SignedReport;
import org.chargeproof.audit.report.VerifyReportCommand;
import org.chargeproof.cli.demo.PlannedLedger;
import org.chargeproof.cli.demo.PrivateFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import picocli.CommandLine;

/** Audits of a real ledger through a node that changes answers: a lie is told of, or ends the audit; it never passes. */
class LyingNodeIT {
    private static final int ALL_MATCH = 0;
    private static final int NOT_ALL_MATCH = 1;
    private static final int NO_AUDIT = 2;
    private static final int TIMESTEPS = 2;
    /** With nodes that are slow by intent; others may be slow because the machine is. */
    private static final Duration SHORT_PATIENCE = Duration.ofMillis(1_500);

    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration MOST = Duration.ofSeconds(60);

    private static final String BLOCK = "eth_getBlockByNumber";
    private static final String LOGS = "eth_getLogs";
    private static final String CALL = "eth_call";
    private static final String POSTED =
            topic("PlanPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)");
    private static final String ATTESTED = topic("PlanAttested(uint32,uint8,uint8)");
    private static final String LINKED = topic(
            "NetworkLinked(string,address,address,address,address,uint64,uint32,uint32,uint32,uint32,uint16,uint8,uint8)");
    private static final String GROUP = topic("GroupRegistered(uint32,uint8,uint32,uint32,uint8,uint16)");
    private static final String ACTIVATED = topic("AlgorithmActivated(bytes32,uint32)");
    private static final String FINAL = topic("PlanFinal(uint32,uint8,uint8,uint8)");
    private static final String TOKEN = "aa.bb.cc";
    private static final String OTHER = "ab".repeat(32);
    private static final String KEY = "11".repeat(32);

    private static PlannedLedger ledger;
    private static LyingNode node;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Changes a block, or the logs of an answer; gets which time it is. */
    private interface Change<T> {
        void of(T told, int number);
    }

    @BeforeAll
    static void start() {
        ledger = PlannedLedger.withFinalTimesteps(TIMESTEPS);
        node = new LyingNode(ledger.url());
    }

    @AfterAll
    static void stop() {
        node.close();
        ledger.close();
    }

    @Test
    void theTruthPasses() {
        var clients = new Clients("");
        node.tell(clients);
        assertThat(audit()).as(err.toString()).isEqualTo(ALL_MATCH);
        assertThat(out.toString()).contains(TIMESTEPS + " timesteps, 4 plans: 4 match");
        assertThat(err.toString().lines().filter(l -> !isProgress(l))).isEmpty();
        if (Files.exists(Clients.SOCKETS)) {
            assertThat(clients.fromHere).as("calls of this process").isPositive();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"answers", "types", "blocks", "logs", "contents", "algorithms"})
    void aLieNeverPasses(String what, int exitCode, LyingNode.Lie lie) {
        node.tell(lie);
        var patience = what.matches("(drips|silent|40 MB).*") ? SHORT_PATIENCE : PATIENCE;
        int code = assertTimeoutPreemptively(MOST, () -> audit(patience, "--from", String.valueOf(ledger.first())));
        assertThat(code).as(what + ": " + out + err).isEqualTo(exitCode);
        assertThat(err.toString().chars().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
        var lines = err.toString().lines().filter(l -> !isProgress(l)).toList();
        assertThat(lines).hasSize(exitCode == NO_AUDIT ? 1 : 0);
    }

    /** What HTTP and JSON-RPC can be abused for, at the first call, and once the node is known. */
    static Stream<Arguments> answers() {
        var lies = new ArrayList<Arguments>();
        for (String method : List.of("eth_chainId", BLOCK, LOGS)) {
            lies.add(lie("no JSON: " + method, method, c -> c.tell(200, "<html>\u001b[2J</html>")));
            lies.add(lie("half of JSON: " + method, method, c -> c.tell(200, "{\"jsonrpc\":\"2.0\",\"result\":[{")));
            lies.add(lie("nothing: " + method, method, c -> c.tell(200, "")));
            lies.add(lie("null: " + method, method, c -> c.tell(200, "null")));
            lies.add(lie("a list: " + method, method, c -> c.tell(200, "[]")));
            lies.add(lie("500: " + method, method, c -> c.tell(500, "\u001b[31m\r\nno\u202e")));
            lies.add(lie("301: " + method, method, c -> {
                c.exchange().getResponseHeaders().set("Location", ledger.url());
                c.tell(301, "");
            }));
            lies.add(lie("deep JSON: " + method, method, c -> c.tellResult("[".repeat(1 << 20))));
            if (method.equals(BLOCK)) {
                continue;
            }
            lies.add(lie("40 MB: " + method, method, c -> c.tellResult("\"" + "a".repeat(40 << 20) + "\"")));
            lies.add(lie("drips for ever: " + method, method, c -> {
                c.exchange().sendResponseHeaders(200, 0);
                while (true) {
                    c.exchange().getResponseBody().write(' ');
                    c.exchange().getResponseBody().flush();
                    pause();
                }
            }));
        }
        lies.add(lie("silent: " + LOGS, LOGS, c -> {
            for (int i = 0; i < 200; i++) {
                pause();
            }
        }));
        lies.add(Arguments.of("errors on every call", NO_AUDIT, (LyingNode.Lie) LyingNodeIT::error));
        for (String method : List.of("eth_chainId", "eth_getCode", CALL, BLOCK)) {
            lies.add(lie("errors: " + method, method, LyingNodeIT::error));
        }
        lies.add(Arguments.of("errors on logs and receipts", NO_AUDIT, (LyingNode.Lie) c -> {
            if (c.method().equals(LOGS) || c.method().equals("eth_getTransactionReceipt")) {
                error(c);
            } else {
                c.tell(c.truth());
            }
        }));
        return lies.stream();
    }

    /** Results of every type in place of the right one. */
    static Stream<Arguments> types() {
        var lies = new ArrayList<Arguments>();
        var results = List.of("null", "true", "{}", "[]", "\"zero\\u001b\"");
        // no logs are an answer too: what is read as none must be a list of none
        var ofLogs = List.of(
                "-1",
                "\"\"",
                "\"0x\"",
                "[null]",
                "[7]",
                "[true]",
                "[\"0x00\"]",
                "[[]]",
                "[{}]",
                "{\"number\":\"0x1\"}");
        for (String method : List.of("eth_chainId", CALL, BLOCK, LOGS)) {
            var all = new ArrayList<>(results);
            if (method.equals(LOGS)) {
                all.addAll(ofLogs);
            }
            for (String result : all) {
                lies.add(lie(method + " = " + result, method, c -> c.tellResult(result)));
            }
        }
        lies.add(lie("no result", LOGS, c -> c.tell(200, "{\"jsonrpc\":\"2.0\",\"id\":1}")));
        // every log an error: the blocks are asked for their transactions
        for (String transactions : List.of("null", "7", "\"0x\"", "{}", "[7]", "[null]", "[[]]", "[{}]")) {
            lies.add(Arguments.of("transactions = " + transactions, NO_AUDIT, (LyingNode.Lie) c -> {
                if (c.method().equals(LOGS)) {
                    error(c);
                    return;
                }
                var truth = c.truth();
                if (c.method().equals(BLOCK)) {
                    ((ObjectNode) truth.get("result")).set("transactions", new ObjectMapper().readTree(transactions));
                }
                c.tell(truth);
            }));
        }
        return lies.stream();
    }

    static Stream<Arguments> blocks() {
        var lies = new ArrayList<Arguments>();
        for (String time : List.of(
                "0x0",
                "-0x1",
                "0x8000000000000000",
                "0x7fffffffffffffff",
                "0xffffffffffffffffff",
                "0x1ffffffff",
                "0x12c",
                "soon")) {
            lies.add(block("the newest block is of second " + time, (b, n) -> b.put("timestamp", time), true));
            lies.add(block("every block is of second " + time, (b, n) -> b.put("timestamp", time), false));
        }
        for (String number : List.of("0x0", "-0x1", "0x4000000000000000", "0xffffffffffffffffff", "many")) {
            lies.add(block("the newest block is number " + number, (b, n) -> b.put("number", number), true));
        }
        lies.add(block("every block is the same", (b, n) -> b.put("number", "0x5"), false));
        lies.add(block("the newest block goes back", (b, n) -> b.put("number", hex(number(b) - n)), true));
        lies.add(block("hashes change", (b, n) -> b.put("hash", "0x" + "%064x".formatted(n)), false));
        lies.add(block("hashes are short", (b, n) -> b.put("hash", "0x12"), false));
        for (String field : List.of("number", "hash", "timestamp")) {
            lies.add(block("no " + field, (b, n) -> b.remove(field), false));
        }
        lies.add(Arguments.of("blocks without end, each with a header", NO_AUDIT, (LyingNode.Lie) c -> {
            if (c.method().equals(BLOCK)) {
                String asked = c.parameter(0).asText();
                var truth = c.truth();
                if (!asked.startsWith("0x")) {
                    ((ObjectNode) truth.get("result")).put("number", hex(1L << 62));
                } else if (truth.path("result").isNull()) {
                    c.tellResult("{\"number\":\"" + asked + "\",\"hash\":\"0x" + "12".repeat(32) + "\",\"timestamp\":\""
                            + hex(1_780_272_000L) + "\"}");
                    return;
                }
                c.tell(truth);
            } else if (c.method().equals(LOGS)
                    && Long.decode(c.parameter(0).path("fromBlock").asText()) > 1_000) {
                c.tellResult("[]");
            } else {
                c.tell(c.truth());
            }
        }));
        lies.add(Arguments.of("another chain later", NO_AUDIT, (LyingNode.Lie) c -> {
            if (c.method().equals("eth_chainId") && c.number() > 1) {
                c.tellResult("\"0x1\"");
            } else {
                c.tell(c.truth());
            }
        }));
        lies.add(Arguments.of("a chain id that is none later", NO_AUDIT, (LyingNode.Lie) c -> {
            if (c.method().equals("eth_chainId") && c.number() > 1) {
                c.tellResult("\"0xffffffffffffffffffffffff\"");
            } else {
                c.tell(c.truth());
            }
        }));
        return lies.stream();
    }

    /** Logs that do not fit together. */
    static Stream<Arguments> logs() {
        return Stream.of(
                logs("no logs", NO_AUDIT, l -> l.removeAll()),
                logs("all but the first logs", NO_AUDIT, l -> {
                    while (l.size() > 4) {
                        l.remove(0);
                    }
                }),
                logs("logs in reverse", NO_AUDIT, l -> {
                    var all = new ArrayList<JsonNode>();
                    l.forEach(all::add);
                    Collections.reverse(all);
                    l.removeAll().addAll(all);
                }),
                logs("two logs exchanged", NO_AUDIT, l -> {
                    var first = l.get(2);
                    l.set(2, l.get(3));
                    l.set(3, first);
                }),
                logs("a log twice", NO_AUDIT, l -> l.insert(3, l.get(3))),
                logs("all logs twice", NO_AUDIT, l -> l.addAll((ArrayNode) l.deepCopy())),
                logs("of another address", NO_AUDIT, l -> at(l, 3).put("address", "0x" + "ab".repeat(20))),
                logs("of a short address", NO_AUDIT, l -> at(l, 3).put("address", "0xab")),
                logs(
                        "of another event",
                        NO_AUDIT,
                        l -> ((ArrayNode) at(l, 3).get("topics")).set(0, "0x" + "ab".repeat(32))),
                logs("without topics", NO_AUDIT, l -> ((ArrayNode) at(l, 3).get("topics")).removeAll()),
                logs("with five topics", NO_AUDIT, l -> {
                    for (int i = 0; i < 4; i++) {
                        ((ArrayNode) at(l, 3).get("topics")).add("0x" + "00".repeat(32));
                    }
                }),
                logs("removed", NO_AUDIT, l -> at(l, 3).put("removed", true)),
                logs("pending", NO_AUDIT, l -> at(l, 3).putNull("blockNumber")),
                logs("without an index", NO_AUDIT, l -> at(l, 3).remove("logIndex")),
                logs("with an index beyond an int", NO_AUDIT, l -> at(l, 3).put("logIndex", "0xffffffffff")),
                logs(
                        "of a block beyond the newest",
                        NO_AUDIT,
                        l -> at(l, l.size() - 1).put("blockNumber", "0xffffff")),
                logs("of a block before the first", NO_AUDIT, l -> at(l, 0).put("blockNumber", "0x0")),
                logs("of a fork", NO_AUDIT, l -> l.forEach(log -> ((ObjectNode) log).put("blockHash", hash(7)))),
                logs("of two forks", NO_AUDIT, l -> at(l, indexOf(l, ATTESTED)).put("blockHash", hash(7))),
                logs("the last of a fork", NO_AUDIT, l -> at(l, l.size() - 1).put("blockHash", hash(7))),
                logs("of no block hash", NO_AUDIT, l -> at(l, 3).remove("blockHash")),
                logs("of a hash that is none", NO_AUDIT, l -> at(l, 3).put("blockHash", "0x\u001b")),
                logs("a known event with cut data", NO_AUDIT, l -> {
                    var log = at(l, indexOf(l, POSTED));
                    log.put("data", log.get("data").asText().substring(0, 2 + 64 * 5));
                }),
                logs(
                        "a known event with no data",
                        NO_AUDIT,
                        l -> at(l, indexOf(l, POSTED)).put("data", "0x")),
                logs(
                        "data that is no hex",
                        NO_AUDIT,
                        l -> at(l, indexOf(l, POSTED)).put("data", "0xzz\u001b[2J")),
                logs("data whose offset is far away", NO_AUDIT, l -> {
                    var log = at(l, indexOf(l, POSTED));
                    log.put("data", word(log.get("data").asText(), 6, "7fffffff".repeat(8)));
                }),
                logs("a final plan that nobody posted", NO_AUDIT, l -> l.remove(indexOf(l, POSTED))),
                logs("a group that nobody registered", NO_AUDIT, l -> l.remove(indexOf(l, GROUP))),
                logs("without the beginning", NO_AUDIT, l -> l.remove(indexOf(l, LINKED))),
                logs(
                        "another algorithm",
                        NO_AUDIT,
                        l -> ((ArrayNode) at(l, indexOf(l, ACTIVATED)).get("topics")).set(1, hash(7))));
    }

    /** What an audit is there to find. */
    static Stream<Arguments> contents() {
        return Stream.of(
                logs("another setpoint in a post", NOT_ALL_MATCH, l -> {
                    var log = at(l, indexOf(l, POSTED));
                    String data = log.get("data").asText();
                    // the offset of the setpoints, in words, and their length
                    int at = Integer.parseInt(data.substring(2 + 64 * 6, 2 + 64 * 7), 16) / 32 + 1;
                    log.put("data", word(data, at, "0064" + data.substring(2 + 64 * at + 4, 2 + 64 * at + 64)));
                }),
                logs("another snapshot block in a post", NOT_ALL_MATCH, l -> {
                    var log = at(l, indexOf(l, POSTED));
                    log.put("data", word(log.get("data").asText(), 1, "%064x".formatted(5)));
                }),
                logs("another root of inputs in a post", NOT_ALL_MATCH, l -> {
                    var log = at(l, indexOf(l, POSTED));
                    log.put("data", word(log.get("data").asText(), 3, hash(7).substring(2)));
                }),
                logs("an attestation less", NOT_ALL_MATCH, l -> l.remove(indexOf(l, ATTESTED))),
                logs("another limit of a group", NOT_ALL_MATCH, l -> {
                    var log = at(l, indexOf(l, GROUP));
                    log.put("data", word(log.get("data").asText(), 0, "%064x".formatted(40_000)));
                }),
                logs("no finals", NOT_ALL_MATCH, LyingNodeIT::dropFinals));
    }

    static Stream<Arguments> algorithms() {
        String size = selector("sizeOf(bytes32)");
        String chunk = selector("chunkOf(bytes32,uint256)");
        String parameters = selector("parameters()");
        String network = selector("network()");
        return Stream.of(
                call("an algorithm's chunk changed", chunk, (r, n) -> n == 1 ? flipped(r) : r),
                call(
                        "a chunk that is the first again",
                        chunk,
                        (r, n) -> n == 1 ? r : r.substring(0, 2 + 64 * 2) + "00".repeat(32)),
                call("an empty chunk", chunk, (r, n) -> "0x" + words(32, 0)),
                call("no chunk", chunk, (r, n) -> "0x"),
                call("a chunk of 2 GB", chunk, (r, n) -> "0x" + words(32, Integer.MAX_VALUE)),
                call("a size beyond measure", size, (r, n) -> "0x" + words(0xffffffffL, 0xffff, 1)),
                call("a size in too many chunks", size, (r, n) -> word(r, 1, "%064x".formatted(0xffff))),
                call("a size of nothing", size, (r, n) -> "0x" + words(0, 0, 1)),
                call("not stored", size, (r, n) -> "0x" + words(0, 0, 0)),
                call("other parameters", parameters, (r, n) -> word(r, 0, "%064x".formatted(0))),
                call("parameters beyond an int", parameters, (r, n) -> word(r, 0, "ff".repeat(32))),
                call("a deployment in the future", network, (r, n) -> word(r, 4, "%064x".formatted(1L << 40))),
                call("a deployment beyond a long", network, (r, n) -> word(r, 4, "ff".repeat(32))),
                call("a first timestep beyond an int", network, (r, n) -> word(r, 5, "ff".repeat(32))),
                call("another contract for plans", network, (r, n) -> word(r, 2, "%064x".formatted(9))),
                call("one contract twice", network, (r, n) -> word(r, 2, r.substring(2, 2 + 64))),
                call("another gate", parameters, (r, n) -> word(r, 1, "%064x".formatted(61))),
                call(
                        "another quorum",
                        parameters,
                        (r, n) -> word(word(r, 4, "%064x".formatted(1)), 5, "%064x".formatted(2))),
                call("no contract for assets", network, (r, n) -> word(r, 0, "%064x".formatted(0))),
                call(
                        "another protocol",
                        selector("protocol()"),
                        (r, n) -> "0x" + words(32, 3) + "1b5b32" + "00".repeat(29)));
    }

    /** Everything that a signed audit is told reaches the process that audits, but for what that one must not know. */
    @Test
    void aSignedAuditPassesThroughItsSplit() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), KEY);
        Path token = PrivateFiles.write(folder.resolve("token"), TOKEN);
        Path report = folder.resolve("report.json");
        Path data = folder.resolve("data");
        var clients = new Clients(TOKEN);
        node.tell(clients);
        String last = String.valueOf(ledger.first() + 1);

        int code = audit(
                "--rpc-token-file",
                token.toString(),
                "--from",
                last,
                "--to",
                last,
                "--group",
                "1",
                "--group",
                "0",
                "--json",
                "--algorithm",
                ledger.algorithm().toUnprefixedHexString(),
                "--data",
                data.toString(),
                "--report",
                report.toString(),
                "--key",
                key.toString());

        assertThat(code).as(err.toString()).isEqualTo(ALL_MATCH);
        var signed = SignedReport.read(report);
        assertThat(signed.isAuthentic()).isTrue();
        assertThat(signed.address())
                .isEqualToIgnoringCase(Credentials.create(KEY).getAddress());
        assertThat(signed.report().path("from").asText()).isEqualTo(last);
        assertThat(signed.report().path("to").asText()).isEqualTo(last);
        assertThat(signed.report().path("groups").toString()).isEqualTo("[0,1]");
        assertThat(signed.report().at("/algorithms/0/pinned").asBoolean()).isTrue();
        assertThat(new ObjectMapper().readTree(out.toString())).isEqualTo(signed.report());
        assertThat(err.toString().lines().filter(l -> !isProgress(l)))
                .singleElement()
                .asString()
                .startsWith("report signed by " + signed.address());
        assertThat(data.resolve(ledger.algorithm().toUnprefixedHexString() + ".jar"))
                .exists();
        assertThat(clients.calls).as("calls with the token").isPositive();
        assertThat(clients.strangers).as("calls without").isZero();
        if (Files.exists(Clients.SOCKETS)) {
            assertThat(clients.fromHere).as("calls of the process that signs").isZero();
            assertThat(clients.commands)
                    .isNotEmpty()
                    .allSatisfy(command ->
                            assertThat(command).doesNotContain("--key", key.toString(), report.toString(), node.url()));
        }
        assertThat(verifyReport(report)).isEqualTo(0);
        assertThat(out.toString()).contains("AUTHENTIC: signed by " + signed.address());
    }

    @Test
    void aSignedAuditSaysThatPlansDoNotMatch() {
        node.tell((LyingNode.Lie)
                logs("no finals", NOT_ALL_MATCH, LyingNodeIT::dropFinals).get()[2]);
        Path report = folder.resolve("report.json");
        assertThat(audit("--report", report.toString())).as(err.toString()).isEqualTo(NOT_ALL_MATCH);
        assertThat(out.toString()).contains("MISSING").contains("4 missing");
        var signed = SignedReport.read(report);
        assertThat(signed.isAuthentic()).isTrue();
        assertThat(signed.report().at("/counts/missing").asInt()).isEqualTo(4);
    }

    @Test
    void aSignedAuditRunsNoAlgorithmThatIsNotPinned() throws IOException {
        node.tell(call -> call.tell(call.truth()));
        Path report = folder.resolve("report.json");
        Path key = Files.writeString(folder.resolve("key"), KEY);
        assertThat(audit("--algorithm", OTHER, "--report", report.toString(), "--key", key.toString()))
                .isEqualTo(NO_AUDIT);
        assertThat(err.toString().lines().filter(l -> !isProgress(l)))
                .singleElement()
                .asString()
                .contains(ledger.algorithm() + " counts on the ledger, and is none of those that --algorithm names");
        assertThat(report).doesNotExist();
    }

    @Test
    void anAuditRunsNoAlgorithmThatIsNotPinned() {
        node.tell(call -> call.tell(call.truth()));
        assertThat(audit("--algorithm", OTHER)).isEqualTo(NO_AUDIT);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(ledger.algorithm() + " counts on the ledger, and is none of those that --algorithm names");
    }

    /** Looks at who asks, and tells the truth to all. */
    private static final class Clients implements LyingNode.Lie {
        static final Path SOCKETS = Path.of("/proc/self/net/tcp6");

        private final String authorization;
        final List<String> commands = new CopyOnWriteArrayList<>();
        volatile int calls;
        volatile int strangers;
        volatile int fromHere;

        Clients(String token) {
            authorization = "Bearer " + token;
        }

        @Override
        public synchronized void answer(LyingNode.Call call) throws IOException {
            if (authorization.equals(call.exchange().getRequestHeaders().getFirst("Authorization"))) {
                calls++;
            } else {
                strangers++;
            }
            if (isOurs(call.exchange().getRemoteAddress().getPort())) {
                fromHere++;
            }
            if (commands.isEmpty()) {
                for (var process : ProcessHandle.current().descendants().toList()) {
                    String command = command(process);
                    if (command.contains("--unsigned-report")) {
                        commands.add(command);
                    }
                }
            }
            call.tell(call.truth());
        }

        /** The whole of it; Java tells no long ones. */
        private static String command(ProcessHandle process) {
            try {
                return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
                        .replace('\0', ' ');
            } catch (IOException e) {
                return "";
            }
        }

        /** Whether this very process has the socket with a local port, as Linux tells it. */
        private static boolean isOurs(int port) throws IOException {
            var inodes = new HashSet<String>();
            for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
                if (!Files.exists(Path.of(table))) {
                    continue;
                }
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] fields = line.strip().split("\\s+", -1);
                    if (fields.length > 9 && fields[1].endsWith(":%04X".formatted(port))) {
                        inodes.add("socket:[" + fields[9] + "]");
                    }
                }
            }
            if (inodes.isEmpty()) {
                return false;
            }
            try (var files = Files.list(Path.of("/proc/self/fd"))) {
                return files.anyMatch(f -> {
                    try {
                        return inodes.contains(Files.readSymbolicLink(f).toString());
                    } catch (IOException e) {
                        // closed meanwhile
                        return false;
                    }
                });
            }
        }
    }

    private static Arguments lie(String what, String method, LyingNode.Lie lie) {
        return Arguments.of(what, NO_AUDIT, (LyingNode.Lie) c -> {
            if (c.method().equals(method)) {
                lie.answer(c);
            } else {
                c.tell(c.truth());
            }
        });
    }

    private static Arguments block(String what, Change<ObjectNode> change, boolean newest) {
        return lie(what, BLOCK, c -> {
            var truth = c.truth();
            if (truth.path("result").isObject()
                    && (!newest || !c.parameter(0).asText().startsWith("0x"))) {
                change.of((ObjectNode) truth.get("result"), c.number());
            }
            c.tell(truth);
        });
    }

    private static Arguments logs(String what, int exitCode, Consumer<ArrayNode> change) {
        return Arguments.of(what, exitCode, (LyingNode.Lie) c -> {
            var truth = c.truth();
            if (c.method().equals(LOGS)) {
                change.accept((ArrayNode) truth.get("result"));
            }
            c.tell(truth);
        });
    }

    /** Changes the result of a call to a contract. */
    private interface Result {
        String of(String hex, int number);
    }

    private static Arguments call(String what, String selector, Result result) {
        var counts = new int[1];
        return Arguments.of(what, NO_AUDIT, (LyingNode.Lie) c -> {
            var truth = c.truth();
            var call = c.parameter(0);
            String data = call.path("data").asText(call.path("input").asText());
            if (c.method().equals(CALL) && data.startsWith(selector)) {
                truth.put("result", result.of(truth.get("result").asText(), ++counts[0]));
            }
            c.tell(truth);
        });
    }

    private static void error(LyingNode.Call c) throws IOException {
        c.tell(
                200,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"\\u001b[2J\\nno\\u202e\",\"data\":\"0x08c379a0\"}}");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void dropFinals(ArrayNode logs) {
        for (int i = indexOf(logs, FINAL); i >= 0; i = indexOf(logs, FINAL)) {
            logs.remove(i);
        }
    }

    private static boolean isProgress(String line) {
        return line.startsWith("read the ledger up to block ") || line.startsWith("audited ");
    }

    private static ObjectNode at(ArrayNode logs, int index) {
        return (ObjectNode) logs.get(index);
    }

    /** The first log of an event; -1 when there is none. */
    private static int indexOf(ArrayNode logs, String topic) {
        for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).path("topics").path(0).asText().equals(topic)) {
                return i;
            }
        }
        return -1;
    }

    private static long number(ObjectNode block) {
        return Long.decode(block.get("number").asText());
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String hash(int value) {
        return "0x" + "%064x".formatted(value);
    }

    private static String topic(String signature) {
        return Hash.sha3String(signature);
    }

    private static String selector(String signature) {
        return Hash.sha3String(signature).substring(0, 10);
    }

    private static String words(long... values) {
        var text = new StringBuilder();
        for (long value : values) {
            text.append("%064x".formatted(value));
        }
        return text.toString();
    }

    /** With another word at an index. */
    private static String word(String hex, int index, String word) {
        int at = 2 + 64 * index;
        return hex.substring(0, at) + word + hex.substring(at + 64);
    }

    /** With another byte in the midst. */
    private static String flipped(String hex) {
        int at = hex.length() / 2;
        return hex.substring(0, at) + (hex.charAt(at) == '0' ? '1' : '0') + hex.substring(at + 1);
    }

    private int verifyReport(Path report) {
        return new CommandLine(new VerifyReportCommand())
                .setOut(new PrintWriter(out, true))
                .execute(report.toString());
    }

    private int audit(String... more) {
        return audit(PATIENCE, more);
    }

    private int audit(Duration patience, String... more) {
        var arguments = new ArrayList<>(List.of("--rpc", node.url(), "--contract", ledger.consortium()));
        arguments.addAll(List.of(more));
        return new CommandLine(new AuditCommand(patience))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
