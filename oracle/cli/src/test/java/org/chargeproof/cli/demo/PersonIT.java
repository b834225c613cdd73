package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chargeproof.cli.demo.ApiCalls.json;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiLimits;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.database.DatabaseConfig;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.oracle.EventSource;
import org.chargeproof.oracle.Instrumentation;
import org.chargeproof.oracle.OracleConfig;
import org.chargeproof.oracle.OracleVerticle;
import org.chargeproof.oracle.paying.PayingConfig;
import org.chargeproof.oracle.person.PersonConfig;
import org.chargeproof.payment.Payee;
import org.chargeproof.payment.PaymentLimits;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.payment.http.PayeeServer;
import org.chargeproof.payment.signature.VoucherKey;
import org.chargeproof.payment.wallet.Wallet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.web3j.abi.EventEncoder;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.EthFilter;

/** Drivers without a wallet: they ask by HTTP, charge on a real ledger, leave with their words or are deleted, and what is left still audits. */
class PersonIT {
    private static final String NAME = "Augusta Ada King-Noel";
    private static final String EMAIL = "augusta@lovelace.example";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final TransactionSigner account = TransactionSigner.of(Keys.fresh());
    private PlannedLedger ledger;
    private OracleVerticle oracle;
    private String deployment = "";
    private String office = "";
    private @Nullable PayingConfig paying;
    private Payee payee;
    private PayeeServer payeeServer;
    private ApiSettings.@Nullable Oidc oidc;

    /** A driver's app. */
    private record Driver(String person, String key, String code) {}

    @BeforeEach
    void start() {
        log.start();
        root.addAppender(log);
        ledger = PlannedLedger.withFinalTimesteps(2);
        Path data = folder.resolve("oracle");
        Path keys = data.resolve(ApiSettings.KEYS_FILE);
        data.toFile().mkdirs();
        office = new ApiKeys(keys)
                .make("office", Role.OPERATOR, null, Instant.now(), new SecureRandom())
                .text();
        startOracle();
    }

    private void startOracle() {
        Path data = folder.resolve("oracle");
        oracle = new OracleVerticle(
                new OracleConfig(
                        ledger.url(),
                        null,
                        ledger.consortium(),
                        account,
                        null,
                        data,
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
                                data.resolve(ApiSettings.KEYS_FILE),
                                true,
                                List.of(),
                                oidc,
                                ApiLimits.standard().withoutRates()),
                        null,
                        new PersonConfig(DatabaseConfig.embedded(folder.resolve("persons")), ledger.provider()),
                        paying),
                Instrumentation.none());
        deployment = vertx.deployVerticle(oracle)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        await(() -> ask("GET", "/status", office, "").statusCode() == 200 && follows());
    }

    @AfterEach
    void end() {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
        if (payee != null) {
            payeeServer.close();
            payee.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        http.close();
        ledger.close();
        root.detachAppender(log);
    }

    @Test
    void asksChargesLeavesAndIsForgotten() throws Exception {
        var ada = driver("{\"name\":\"" + NAME + "\",\"email\":\"" + EMAIL + "\"}");
        var bob = driver("{\"name\":\"Bob\",\"capMicroEuro\":1}");
        assertThat(ada.person()).matches("[0-9a-f]{32}").isNotEqualTo(bob.person());
        await(() -> ask("GET", "/me", bob.key(), "").statusCode() == 200);

        var asked = whileBlocksCome(() -> ask("POST", "/me/requests", ada.key(), request(2)));
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
        var sent = json(asked);
        int session = sent.get("session").asInt();
        assertThat(sent.get("state").asText()).isEqualTo("ON_LEDGER");
        assertThat(sent.get("progress").asText()).isEqualTo("/api/v1/sessions/" + session);
        await(() -> follows());
        assertThat(json(ask("GET", "/sessions/" + session, ada.key(), ""))
                        .get("account")
                        .asText())
                .isEqualTo(sent.get("account").asText());

        // nobody else has anything of it
        assertThat(json(ask("GET", "/me/sessions", bob.key(), "")).get("sessions"))
                .isEmpty();
        for (String method : List.of("DELETE /me/requests/", "GET /me/receipts/")) {
            String[] parts = method.split(" ", -1);
            var refused = ask(parts[0], parts[1] + session, bob.key(), "");
            var unknown = ask(parts[0], parts[1] + (session + 1), bob.key(), "");
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(refused.body().replace(" " + session, ""))
                    .isEqualTo(unknown.body().replace(" " + (session + 1), ""));
        }
        assertThat(ask("GET", "/persons", ada.key(), "").statusCode()).isEqualTo(403);
        assertThat(ask("GET", "/me", office, "").statusCode()).isEqualTo(403);

        // what does not fit under a cap is not sent, nor what the ledger would refuse
        var dear = ask("POST", "/me/requests", bob.key(), request(3));
        assertThat(dear.statusCode()).isEqualTo(409);
        assertThat(dear.body()).contains("cap of 1 ");
        var held = whileBlocksCome(() -> ask("POST", "/me/requests", ada.key(), request(2)));
        assertThat(held.statusCode()).as(held.body()).isEqualTo(409);
        assertThat(held.body()).contains("ChargePointOccupied");
        // its account was vouched for, asked nothing, and serves the next one, after another start, too
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
        startOracle();
        var again = whileBlocksCome(() -> ask("POST", "/me/requests", ada.key(), request(3)));
        assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
        int second = json(again).get("session").asInt();
        assertThat(json(again).get("account").asText())
                .isNotEqualTo(sent.get("account").asText());
        long budget = json(again).get("budgetMicroEuro").asLong();
        await(() -> follows());
        assertThat(json(ask("GET", "/me", ada.key(), "")).get("spentMicroEuro").asLong())
                .isEqualTo(2 * budget);
        var withdrawn = ask("DELETE", "/me/requests/" + second, ada.key(), "");
        assertThat(withdrawn.statusCode()).as(withdrawn.body()).isEqualTo(202);
        ledger.mine();
        await(() -> follows()
                && json(ask("GET", "/sessions/" + second, ada.key(), ""))
                        .get("status")
                        .asText()
                        .equals("ENDED"));
        var own = json(ask("GET", "/me/sessions", ada.key(), "")).get("sessions");
        assertThat(own).as(own.toString()).hasSize(2);
        assertThat(own.get(0).get("session").asInt()).isEqualTo(second);
        assertThat(own.get(0).get("chargedMicroEuro").asLong()).isZero();
        assertThat(json(ask("GET", "/me", ada.key(), "")).get("spentMicroEuro").asLong())
                .isEqualTo(budget);

        ledger.planNext();
        await(() -> follows()
                && json(ask("GET", "/sessions/" + session, ada.key(), ""))
                        .get("status")
                        .asText()
                        .equals("ACCEPTED"));
        var receipt = json(ask("GET", "/me/receipts/" + session, ada.key(), ""));
        assertThat(receipt.at("/receipt/session").asInt()).isEqualTo(session);
        assertThat(receipt.at("/receipt/promisedWh").asInt()).isEqualTo(9_000);
        assertThat(receipt.at("/bill/state").asText()).isEqualTo("NOT_ENDED");

        String words = export(ada);
        requireDeleted(ada, words, session);
    }

    /** The operator's meter is paid for by vouchers while it shows what can be; then what the bill gives is in the wallet. */
    @Test
    void paysWhileItChargesAndClaimsWhatTheBillGives() throws Exception {
        var billedFrom = new AtomicInteger();
        restart(() -> {
            var signer = Keys.fresh();
            // with the account that the oracle sends with afterwards
            billedFrom.set(ledger.approveBilling());
            ledger.openChannel(ledger.owner(3), 2, signer.getAddress());
            ledger.addGuarantee(2);
            return signer;
        });
        var ada = driver("{\"name\":\"Ada\"}");
        // both of its accounts are vouched for before it asks
        whileBlocksCome(() -> {
            await(() -> vouchings() == 1);
            return ask("GET", "/me", ada.key(), "");
        });
        var sent = json(whileBlocksCome(() -> ask("POST", "/me/requests", ada.key(), request(2))));
        int session = sent.get("session").asInt();
        // is promised what it does not get
        int brief = json(whileBlocksCome(() -> ask("POST", "/me/requests", ada.key(), request(3, 2_700))))
                .get("session")
                .asInt();
        ledger.planNext();
        ledger.planNext();
        var lane = Bytes32.leftPad(Bytes.ofUnsignedInt(session));
        var channel = payee.channels().getFirst().id();
        await(() -> payee.demand(channel, lane).wh() == 0 && follows());
        payee.deliver(channel, lane, 120, 46_000);
        await(() -> payee.paidMicroEuro(channel, lane) == 46_000);

        // it survives both ends' restarts, and pays on
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
        startOracle();
        payee.deliver(channel, lane, 240, 92_000);
        await(() -> payee.paidMicroEuro(channel, lane) == 92_000);

        // no charge point of 22 kW gives 40 kWh in so short a time: nothing more is paid, and the session is ended
        payee.deliver(channel, lane, 40_000, 18_000_000);
        whileBlocksCome(() -> {
            await(() -> json(ask("GET", "/sessions/" + session, ada.key(), ""))
                    .get("status")
                    .asText()
                    .equals("ENDED"));
            return ask("GET", "/me", ada.key(), "");
        });
        assertThat(payee.paidMicroEuro(channel, lane)).isEqualTo(92_000);

        ledger.reportTwice(2, 1);
        ledger.settle(billedFrom.get(), ledger.reportTwice(3, 1));
        await(() -> follows());
        String receipt = ask("GET", "/me/receipts/" + brief, ada.key(), "").body();
        var bill = JSON.readTree(receipt).at("/bill/bill");
        assertThat(bill.path("compensationMicroEuro").asLong()).as(receipt).isPositive();
        whileBlocksCome(() -> {
            await(() -> json(ask("GET", "/me/sessions", ada.key(), ""))
                    .findValuesAsText("state")
                    .equals(List.of("CLOSED", "CLOSED")));
            return ask("GET", "/me", ada.key(), "");
        });
        var wallet = json(ask("GET", "/me/wallet", ada.key(), ""));
        assertThat(wallet.path("microEuro").asLong())
                .as(wallet.toString())
                .isEqualTo(bill.get("compensationMicroEuro").asLong());
        assertThat(ledger.isVouchedFor(sent.get("account").asText())).isFalse();
    }

    /** Somebody whom an OpenID Connect issuer knows has no key here, and is a person all the same. */
    @Test
    void servesWhomAnIssuerKnows() throws Exception {
        try (var issuer = new TestIssuer()) {
            oidc = new ApiSettings.Oidc(URI.create(issuer.url()), "chargeproof", ApiSettings.Oidc.ROLE_CLAIM);
            vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
            startOracle();
            var made = ask("POST", "/persons", office, "{\"name\":\"Ada\",\"subject\":\"ada-1\"}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            assertThat(json(made).path("key").isTextual()).isFalse();
            String token = issuer.token("ada-1", "driver");
            var asked = whileBlocksCome(() -> ask("POST", "/me/requests", token, request(2)));
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
            assertThat(json(ask("GET", "/me/sessions", token, "")).get("sessions"))
                    .hasSize(1);
            assertThat(ask("GET", "/me", issuer.token("bob-2", "driver"), "").statusCode())
                    .isEqualTo(403);
            assertThat(ask("GET", "/persons", token, "").statusCode()).isEqualTo(403);
            assertThat(ask("DELETE", "/me", token, "").statusCode()).isEqualTo(200);
            assertThat(ask("GET", "/me", token, "").statusCode()).isEqualTo(403);
        }
    }

    /** Starts the oracle anew, as one that pays operator 2. */
    private void restart(Supplier<Credentials> channel) {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
        var signer = channel.get();
        try (var client = LedgerClient.connect(ledger.url())) {
            var reader = new ChannelReader(Network.discover(client, ledger.consortium()));
            payee = Payee.open(folder.resolve("payee"), reader.domain(), PaymentLimits.DEFAULTS);
            payee.use(Objects.requireNonNull(reader.read(ledger.owner(3).getAddress(), 2))
                    .channel());
        }
        payeeServer = PayeeServer.forVouchers(vertx, payee, "127.0.0.1", 0);
        paying = new PayingConfig(
                VoucherKey.of(signer),
                Map.of(2, "http://127.0.0.1:" + payeeServer.port()),
                folder.resolve("oracle/vouchers"),
                PaymentLimits.DEFAULTS);
        startOracle();
    }

    /** Transactions in which operator 3 vouched for accounts. */
    private int vouchings() {
        try (var client = LedgerClient.connect(ledger.url())) {
            var assets = Network.discover(client, ledger.consortium()).assets();
            var filter = new EthFilter(
                    DefaultBlockParameterName.EARLIEST, DefaultBlockParameterName.LATEST, assets.getContractAddress());
            filter.addSingleTopic(EventEncoder.encode(AssetRegistry.USERSREGISTERED_EVENT));
            filter.addSingleTopic(Bytes32.leftPad(Bytes.of(3)).toHexString());
            return client.ask(client.web3j().ethGetLogs(filter)).getLogs().size();
        }
    }

    /** The words, once; and another wallet finds all accounts by them. */
    private String export(Driver ada) {
        assertThat(ask("POST", "/me/export", ada.key(), "{\"code\":\"no\"}").statusCode())
                .isEqualTo(403);
        var shown = ask("POST", "/me/export", ada.key(), "{\"code\":\"" + ada.code() + "\"}");
        assertThat(shown.statusCode()).isEqualTo(200);
        String words = json(shown).get("words").asText();
        assertThat(ask("POST", "/me/export", ada.key(), "{\"code\":\"" + ada.code() + "\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(ask("POST", "/me/requests", ada.key(), request(3)).body())
                .contains("words of this wallet were shown");
        try (var client = LedgerClient.connect(ledger.url());
                var wallet = Wallet.restore(folder.resolve("wallet"), words, "password")) {
            var network = Network.discover(client, ledger.consortium());
            int found = wallet.findUsed(
                    account -> client.call(network.assets().userOf(account)).intValueExact() != 0);
            // with those that were vouched for ahead
            assertThat(found).isGreaterThanOrEqualTo(2);
        }
        return words;
    }

    private void requireDeleted(Driver ada, String words, int session) throws IOException {
        var deleted = json(ask("DELETE", "/persons/" + ada.person(), office, ""));
        assertThat(deleted.get("openSessions")).hasSize(1);
        assertThat(deleted.get("openSessions").get(0).asInt()).isEqualTo(session);
        assertThat(ask("DELETE", "/persons/" + ada.person(), office, "").statusCode())
                .isEqualTo(404);
        await(() -> ask("GET", "/me", ada.key(), "").statusCode() == 401);
        assertThat(ask("GET", "/persons", office, "").body()).contains("Bob").doesNotContain(ada.person());

        var places = List.of(
                NAME, "King-Noel", EMAIL, words, words.substring(0, words.lastIndexOf(' ')), ada.code(), ada.key());
        String logged =
                log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        assertThat(logged).contains("person " + ada.person() + " was deleted").doesNotContain(places);
        for (String below : List.of("oracle", "persons")) {
            try (var files = Files.walk(folder.resolve(below))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    for (String trace : places) {
                        assertThat(content.contains(trace))
                                .as(trace + " in " + file)
                                .isFalse();
                    }
                }
            }
        }

        // the session charges on, and is audited as before
        ledger.planNext();
        await(() -> follows());
        assertThat(json(ask("GET", "/sessions/" + session, office, ""))
                        .get("status")
                        .asText())
                .isEqualTo("ACCEPTED");
        String audit = Commands.run(0, "audit", "--rpc", ledger.url(), "--contract", ledger.consortium());
        assertThat(audit).contains("0 mismatch, 0 missing");
    }

    private Driver driver(String body) {
        var made = ask("POST", "/persons", office, body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        var person = json(made);
        String key = person.get("key").asText();
        await(() -> ask("GET", "/me", key, "").statusCode() == 200);
        return new Driver(
                person.get("person").asText(), key, person.get("exportCode").asText());
    }

    private String request(int chargePoint) {
        return request(chargePoint, 10_800);
    }

    private String request(int chargePoint, int seconds) {
        return "{\"chargePoint\":" + chargePoint + ",\"energyWh\":9000,\"departure\":" + (ledger.nowSeconds() + seconds)
                + "}";
    }

    private interface Asked {
        HttpResponse<String> answer();
    }

    private HttpResponse<String> whileBlocksCome(Asked asked) throws Exception {
        var answer = java.util.concurrent.CompletableFuture.supplyAsync(asked::answer);
        while (!answer.isDone()) {
            Pause.millis(150);
            ledger.mine();
        }
        return answer.get(1, TimeUnit.SECONDS);
    }

    private boolean follows() {
        try (var client = LedgerClient.connect(ledger.url())) {
            var status = json(ask("GET", "/status", office, ""));
            return status.path("processedBlock").asLong() == client.head().number();
        }
    }

    private HttpResponse<String> ask(String method, String path, String key, String body) {
        return ApiCalls.ask(http, "http://127.0.0.1:" + oracle.port(), method, path, key, body);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 60 s").isLessThan(deadline);
            Pause.millis(20);
        }
    }
}
