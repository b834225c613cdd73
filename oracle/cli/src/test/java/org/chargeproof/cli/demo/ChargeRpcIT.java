package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiLimits;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.oracle.EventSource;
import org.chargeproof.oracle.Instrumentation;
import org.chargeproof.oracle.OracleConfig;
import org.chargeproof.oracle.OracleVerticle;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.ViewMetrics;
import org.chargeproof.view.rpc.JsonRpc;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.verify.PlanSource;
import org.chargeproof.view.verify.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an oracle answers at {@code /rpc} on the embedded ledger, beside what the view answers that reads the chain as the plugin does. The
 * oracle's account is no member's: the chain is the same for both as long as the test wants.
 */
class ChargeRpcIT {
    private static final int TIMESTEPS = 3;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final TransactionSigner stranger = TransactionSigner.of(Keys.fresh());
    private PlannedLedger ledger;
    private LedgerClient client;
    private OracleVerticle oracle;
    private String deployment = "";
    private ChainFollower asInTheNode;
    private JsonRpc direct;

    @BeforeEach
    void start() {
        ledger = PlannedLedger.withFinalTimesteps(TIMESTEPS);
        client = LedgerClient.connect(ledger.url());
        asInTheNode = new ChainFollower(
                new ReceiptsChain(client),
                null,
                folder.resolve("node"),
                new History(672, 50_000),
                PlanSource.computingAtOnce(),
                LogListener::none,
                new NoMetrics());
        direct = new JsonRpc(new Methods(() -> asInTheNode, "node"));
        asInTheNode.start();
        startOracle();
    }

    @AfterEach
    void end() {
        stopOracle();
        http.close();
        asInTheNode.close();
        client.close();
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void answersEveryMethodAsANodeDoesByteForByte() throws IOException {
        awaitHead();
        var document = ChargeCalls.result(url(), ChargeCalls.call("discover"));
        var asked = new TreeSet<String>(List.of("status"));
        for (String call : ChargeCalls.all(1, ledger.first())) {
            String answer = ChargeCalls.ask(url(), call);
            assertThat(answer).as(call).isEqualTo(node(call));
            ChargeCalls.requireDescribed(document, call, answer);
            asked.add(ChargeCalls.method(call));
        }
        assertThat(asked).isEqualTo(ChargeCalls.described(document));

        String status = ChargeCalls.ask(url(), ChargeCalls.call("status"));
        ChargeCalls.requireDescribed(document, ChargeCalls.call("status"), status);
        var atTheOracle = (ObjectNode) ChargeCalls.json(status).get("result");
        var atTheNode =
                (ObjectNode) ChargeCalls.json(node(ChargeCalls.call("status"))).get("result");
        assertThat(atTheOracle.remove("version").asText()).startsWith("oracle ");
        atTheNode.remove("version");
        assertThat(atTheOracle).isEqualTo(atTheNode);
        assertThat(atTheOracle.get("match").asInt()).isEqualTo(TIMESTEPS);

        assertThat(Files.readString(folder.resolve("oracle/journal.jsonl")))
                .isEqualTo(Files.readString(folder.resolve("node/journal.jsonl")));
        var receipt = ChargeCalls.result(url(), ChargeCalls.call("receipt", 1));
        assertThat(receipt.get("status").asText()).isEqualTo("ACCEPTED");
        assertThat(receipt.get("timesteps").findValuesAsText("source")).containsOnly("PLAN");
        System.out.println("receipt: " + receipt);
    }

    /** What is computed here, opened to one group, is what the contract holds. */
    @Test
    void aProofLeadsToTheLedger() {
        awaitHead();
        for (int group = 0; group < 2; group++) {
            var proof = ChargeCalls.result(url(), ChargeCalls.call("planProof", last(), group));
            assertThat(proof.get("groups").asInt()).isEqualTo(2);
            assertThat(proof.get("algorithm").asText())
                    .isEqualTo(ledger.algorithm().toHexString());
            assertThat(proof.get("candidate").asText())
                    .isEqualTo(ledger.candidateOf(last(), 0).toHexString());
        }
    }

    /** At {@code /api/v1}: without a key on loopback before there are any, and then with one. */
    @Test
    void answersTheSameJsonOverHttp() throws IOException, InterruptedException {
        awaitHead();
        var same = Map.ofEntries(
                Map.entry("/network", ChargeCalls.call("network")),
                Map.entry("/timesteps/current", ChargeCalls.call("timestep")),
                Map.entry("/timesteps/" + ledger.first(), ChargeCalls.call("verdict", ledger.first())),
                Map.entry("/timesteps/" + last() + "/plans/1/proof", ChargeCalls.call("planProof", last(), 1)),
                Map.entry("/charge-points", ChargeCalls.call("chargePoints")),
                Map.entry("/charge-points/0/setpoints", ChargeCalls.call("setpoints", 0)),
                Map.entry("/charge-points/0/plan", ChargeCalls.call("plan", 0)),
                Map.entry("/sessions/1", ChargeCalls.call("session", 1)),
                Map.entry("/sessions/1/receipt", ChargeCalls.call("receipt", 1)),
                Map.entry("/verdicts", ChargeCalls.call("verdicts")),
                Map.entry("/reputation/1", ChargeCalls.call("reputation", 1)),
                Map.entry("/groups", ChargeCalls.call("groups")),
                Map.entry("/groups/0/timesteps", ChargeCalls.call("groupTimesteps", 0)),
                Map.entry(
                        "/groups/0/timesteps?fromTimestep=" + ledger.first() + "&count=3",
                        ChargeCalls.call("groupTimesteps", 0, ledger.first(), 3)));
        for (var each : same.entrySet()) {
            var answer = api(each.getKey(), "");
            assertThat(answer.statusCode()).as(each.getKey() + answer.body()).isEqualTo(200);
            assertThat(ChargeCalls.json(answer.body()))
                    .as(each.getKey())
                    .isEqualTo(ChargeCalls.result(url(), each.getValue()));
        }
        assertThat(api("/sessions/999999", "").statusCode()).isEqualTo(404);
        assertThat(ChargeCalls.json(api("/openapi.json", "").body())
                        .get("openapi")
                        .asText())
                .isEqualTo("3.1.0");

        String key = new ApiKeys(folder.resolve("oracle").resolve(ApiSettings.KEYS_FILE))
                .make("app", Role.DRIVER, null, Instant.now(), new SecureRandom())
                .text();
        await(() -> status("") == 401);
        assertThat(status(key)).isEqualTo(200);
        int free = ChargeCalls.json(api("/charge-points?available=true", key).body())
                .at("/chargePoints/0/chargePoint")
                .asInt();
        long departure = ChargeCalls.json(api("/timesteps/current", key).body())
                        .get("endSeconds")
                        .asLong()
                + 8L
                        * ChargeCalls.json(api("/network", key).body())
                                .get("timestepSeconds")
                                .asInt();
        var quote = http.send(
                request("/quotes", key)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"chargePoint\":" + free
                                + ",\"energyWh\":1000,\"leastEnergyWh\":1,\"departure\":" + departure + "}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(quote.statusCode()).as(quote.body()).isEqualTo(200);
        assertThat(ChargeCalls.json(quote.body()).get("binding").asBoolean()).isFalse();
        System.out.println("quote: " + quote.body());
    }

    /** What a HEMS measures and expects is on the ledger, once, and what the ledger would refuse is not sent. */
    @Test
    void putsOnTheLedgerWhatSystemsMeasureAndExpect() throws IOException, InterruptedException {
        stopOracle();
        startOracle(stranger, ledger.meter(), "oracle");
        awaitHead();
        String key = new ApiKeys(folder.resolve("oracle").resolve(ApiSettings.KEYS_FILE))
                .make("hems", Role.OPERATOR, null, Instant.now(), new SecureRandom())
                .text();
        await(() -> status(key) == 200);
        int group = ChargeCalls.json(api("/charge-points/0", key).body())
                .get("group")
                .asInt();
        int now = ChargeCalls.json(api("/timesteps/current", key).body())
                .get("timestep")
                .asInt();
        String measured = "{\"loadWh\":120,\"pvWh\":0,\"firmPvWh\":0}";
        String path = "/groups/" + group + "/measurements/" + (now - 1);
        var sent = put(path, key, measured);
        assertThat(sent.statusCode()).as(sent.body()).isEqualTo(202);
        String hash = ChargeCalls.json(sent.body()).get("transaction").asText();
        ledger.mine();
        await(() -> client.receipt(hash).isPresent());
        assertThat(client.receipt(hash).orElseThrow().isStatusOK()).isTrue();
        var again = put(path, key, measured);
        assertThat(again.body()).isEqualTo(sent.body());
        var late = put("/groups/" + group + "/measurements/" + (now - 2), key, measured);
        assertThat(late.statusCode()).as(late.body()).isEqualTo(409);
        assertThat(put("/groups/" + group + "/measurements/" + now, key, measured)
                        .statusCode())
                .isEqualTo(409);
        String steps = "\"steps\":[{\"expectedLoadWh\":0,\"reservedLoadWh\":0,\"expectedPvWh\":0,\"greenClass\":1}]}";
        var forecast = put("/groups/" + group + "/forecast", key, "{\"fromTimestep\":" + (now + 1) + "," + steps);
        assertThat(forecast.statusCode()).as(forecast.body()).isEqualTo(202);
        var past = put("/groups/" + group + "/forecast", key, "{\"fromTimestep\":" + now + "," + steps);
        assertThat(past.statusCode()).as(past.body()).isEqualTo(409);
        System.out.println("refused: " + late.body() + past.body());
    }

    private HttpResponse<String> put(String path, String key, String body) throws IOException, InterruptedException {
        return http.send(
                request(path, key)
                        .header("content-type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String key) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + oracle.port() + "/api/v1" + path));
        return key.isEmpty() ? request : request.header("authorization", "Bearer " + key);
    }

    private HttpResponse<String> api(String path, String key) throws IOException, InterruptedException {
        return http.send(request(path, key).build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String key) {
        try {
            return api("/network", key).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What bills and pays, at both doors, before and after a restart, and by command from the chain alone. */
    @Test
    void answersBillsChannelsAndReputationsAsANodeDoes() throws IOException {
        awaitHead();
        assertThat(ChargeCalls.result(url(), ChargeCalls.call("bill", 1))
                        .get("state")
                        .asText())
                .isEqualTo("NOT_ENDED");
        int settlement = ledger.settle();
        String channel = ChargeCalls.channel(ledger.payer().getAddress(), 1);
        var calls = List.of(
                ChargeCalls.call("bill", 1),
                channel,
                ChargeCalls.call("reputation", 1),
                ChargeCalls.call("reputation", 2),
                ChargeCalls.call("reputation", 3));
        awaitHead();
        var document = ChargeCalls.result(url(), ChargeCalls.call("discover"));
        for (int restart = 0; restart < 2; restart++) {
            for (String call : calls) {
                String answer = ChargeCalls.ask(url(), call);
                assertThat(answer).as(call).isEqualTo(node(call));
                ChargeCalls.requireDescribed(document, call, answer);
            }
            stopOracle();
            if (restart == 1) {
                Files.delete(folder.resolve("oracle/journal.jsonl"));
            }
            startOracle();
            awaitHead();
        }
        assertThat(Files.readString(folder.resolve("oracle/journal.jsonl")))
                .isEqualTo(Files.readString(folder.resolve("node/journal.jsonl")));

        var answer = ChargeCalls.result(url(), ChargeCalls.call("bill", 1));
        assertThat(answer.get("state").asText()).isEqualTo("FINAL");
        assertThat(answer.get("settlement").asInt()).isEqualTo(settlement);
        assertThat(answer.get("posts").findValuesAsText("verdict")).containsExactly("MATCH");
        assertThat(answer.get("posts").get(0).get("attestations")).hasSize(3);
        var bill = answer.get("bill");
        assertThat(bill.get("proven").asBoolean()).isTrue();
        assertThat(bill.get("energyWh").asInt()).isEqualTo(2_500);
        var told = ChargeCalls.json(command("bill", "1"));
        for (String field :
                List.of("account", "chargePoint", "energyWh", "chargedMicroEuro", "tokens", "path", "words")) {
            assertThat(bill.get(field)).as(field).isEqualTo(told.get(field));
        }
        assertThat(bill.get("bytes")).isEqualTo(told.get("bill"));

        var closing = ChargeCalls.result(url(), channel);
        assertThat(closing.get("status").asText()).isEqualTo("CLOSING");
        assertThat(closing.get("depositMicroEuro").asLong()).isEqualTo(5_000_000);
        var reputations = ChargeCalls.json(command("reputation"));
        assertThat(reputations).hasSize(3);
        for (int account = 1; account <= 3; account++) {
            assertThat(ChargeCalls.result(url(), ChargeCalls.call("reputation", account)))
                    .hasToString(reputations.get(account - 1).toString());
        }
        assertThat(reputations
                        .get(0)
                        .get("asOperator")
                        .get("sessionsWithoutRecords")
                        .asInt())
                .isEqualTo(1);
        assertThat(reputations.get(1).get("asProvider").get("closings").asInt()).isEqualTo(1);
        String table = Commands.run(0, "reputation", "1", "--rpc", ledger.url(), "--contract", ledger.consortium());
        assertThat(table.lines()).allMatch(line -> line.length() <= 80);
        assertThat(table).contains("no signed records, for provider 1, session 1");
        System.out.println(table);
    }

    private String command(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--json", "--rpc", ledger.url(), "--contract", ledger.consortium()));
        return Commands.run(0, all.toArray(String[]::new));
    }

    @Test
    void goesOnWithTheChainAndFromItsJournalOrWithoutIt() throws IOException {
        awaitHead();
        String before = ChargeCalls.ask(url(), ChargeCalls.call("verdicts"));
        for (int restart = 0; restart < 2; restart++) {
            stopOracle();
            // over the next boundaries, while nobody looks
            client.ask("evm_increaseTime", List.of(900));
            client.ask("evm_mine", List.of());
            if (restart == 1) {
                Files.delete(folder.resolve("oracle/journal.jsonl"));
            }
            startOracle();
            awaitHead();
            for (String call : ChargeCalls.all(1, ledger.first())) {
                // whole plans are kept in memory, of the newest timesteps alone
                if (!call.contains("groupPlan") && !call.contains("planProof")) {
                    assertThat(ChargeCalls.ask(url(), call)).as(call).isEqualTo(node(call));
                }
            }
        }
        assertThat(ChargeCalls.ask(url(), ChargeCalls.call("verdicts"))).isEqualTo(before);
        client.ask("evm_mine", List.of());
        awaitHead();
        assertThat(Files.readString(folder.resolve("oracle/journal.jsonl")))
                .isEqualTo(Files.readString(folder.resolve("node/journal.jsonl")));
    }

    @Test
    void stillAnswersWhenItsNodeDoesNot() {
        awaitHead();
        String before = ChargeCalls.ask(url(), ChargeCalls.call("network"));
        ledger.close();
        Pause.millis(1_500);
        assertThat(ChargeCalls.ask(url(), ChargeCalls.call("network"))).isEqualTo(before);
        assertThat(ChargeCalls.result(url(), ChargeCalls.call("status"))
                        .get("match")
                        .asInt())
                .isEqualTo(TIMESTEPS);
    }

    @Test
    void isNotReadyBeforeItAnswersApps() {
        stopOracle();
        // a gate has closed: what apps ask for waits until the next timestep, or for a minute
        var parameters = ledger.parameters();
        int running = parameters.timestepAt(client.head().timestampSeconds());
        mineAt(parameters.gateOf(running));
        startOracle(TransactionSigner.of(ledger.oracleOf(1)), "member");
        String timestep = ChargeCalls.call("timestep");
        await(() -> !health().body().contains("has not read"));
        assertThat(health().statusCode()).isEqualTo(503);
        assertThat(health().body())
                .isEqualTo("not ready: /rpc waits until the oracle has caught up and has nothing to plan\n");
        assertThat(ChargeCalls.json(ChargeCalls.ask(url(), timestep)).has("error"))
                .isTrue();

        mineAt(parameters.startOf(running + 1));
        // the minute may have ended before the next timestep's block was read
        await(() -> health().statusCode() == 200
                && ChargeCalls.result(url(), timestep).get("timestep").asInt() == running + 1);

        ledger.close();
        await(() -> health().statusCode() == 503);
        assertThat(health().body()).startsWith("not ready: ").hasSizeGreaterThan("not ready: \n".length());
    }

    private void mineAt(long seconds) {
        client.ask("evm_setNextBlockTimestamp", List.of(seconds));
        client.ask("evm_mine", List.of());
    }

    private HttpResponse<String> health() {
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + oracle.port() + "/health/ready"))
                .build();
        try {
            return http.send(ready, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The last timestep with a final plan. */
    private int last() {
        return ledger.first() + TIMESTEPS - 1;
    }

    private void startOracle() {
        startOracle(stranger, "oracle");
    }

    private void startOracle(TransactionSigner account, String data) {
        startOracle(account, null, data);
    }

    private void startOracle(TransactionSigner account, TransactionSigner meter, String data) {
        oracle = new OracleVerticle(
                new OracleConfig(
                        ledger.url(),
                        null,
                        ledger.consortium(),
                        account,
                        meter,
                        folder.resolve(data),
                        "127.0.0.1",
                        0,
                        null,
                        null,
                        20,
                        0,
                        EventSource.HEADERS,
                        true,
                        null,
                        null,
                        new ApiSettings(
                                folder.resolve(data).resolve(ApiSettings.KEYS_FILE),
                                true,
                                List.of(),
                                null,
                                ApiLimits.standard()),
                        null,
                        null,
                        null),
                Instrumentation.none());
        deployment = vertx.deployVerticle(oracle)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void stopOracle() {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }

    private String url() {
        return "http://127.0.0.1:" + oracle.port() + "/rpc";
    }

    private String node(String call) {
        return new String(
                direct.answer(call.getBytes(StandardCharsets.UTF_8), System.nanoTime()), StandardCharsets.UTF_8);
    }

    private void awaitHead() {
        long head = client.head().number();
        String status = ChargeCalls.call("status");
        await(() -> ChargeCalls.result(url(), status).get("processedBlock").asLong() == head);
        await(() -> asInTheNode.lagBlocks() == 0 && asInTheNode.tracker().isPresent());
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 60 s").isLessThan(deadline);
            Pause.millis(20);
        }
    }

    private static final class NoMetrics implements ViewMetrics {
        @Override
        public void event(TimestepEvent.Kind kind, boolean missed) {
            // nobody asks
        }

        @Override
        public void verdict(Verdict.Result result) {
            // nobody asks
        }

        @Override
        public void replanned(long nanos) {
            // nobody asks
        }

        @Override
        public void error() {
            // nobody asks
        }
    }
}
