package org.chargeproof.ocpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chargeproof.ocpi.Objects.NOON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.chargeproof.ocpi.cdrs.CdrSink;
import org.chargeproof.ocpi.cdrs.CdrsClient;
import org.chargeproof.ocpi.cdrs.CdrsReceiver;
import org.chargeproof.ocpi.cdrs.CdrsSender;
import org.chargeproof.ocpi.cdrs.Told;
import org.chargeproof.ocpi.credentials.Platform;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.CallFailedException;
import org.chargeproof.ocpi.http.Page;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.AllowedType;
import org.chargeproof.ocpi.model.AuthMethod;
import org.chargeproof.ocpi.model.AuthorizationInfo;
import org.chargeproof.ocpi.model.Cdr;
import org.chargeproof.ocpi.model.CdrDimension;
import org.chargeproof.ocpi.model.CdrDimensionType;
import org.chargeproof.ocpi.model.CdrLocation;
import org.chargeproof.ocpi.model.CdrToken;
import org.chargeproof.ocpi.model.ChargingPeriod;
import org.chargeproof.ocpi.model.ConnectorFormat;
import org.chargeproof.ocpi.model.ConnectorType;
import org.chargeproof.ocpi.model.GeoLocation;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.LocationReferences;
import org.chargeproof.ocpi.model.ModuleId;
import org.chargeproof.ocpi.model.PowerType;
import org.chargeproof.ocpi.model.Price;
import org.chargeproof.ocpi.model.PriceComponent;
import org.chargeproof.ocpi.model.Role;
import org.chargeproof.ocpi.model.Tariff;
import org.chargeproof.ocpi.model.TariffDimensionType;
import org.chargeproof.ocpi.model.TariffElement;
import org.chargeproof.ocpi.model.Token;
import org.chargeproof.ocpi.model.TokenType;
import org.chargeproof.ocpi.model.WhitelistType;
import org.chargeproof.ocpi.tariffs.TariffSink;
import org.chargeproof.ocpi.tariffs.TariffsClient;
import org.chargeproof.ocpi.tariffs.TariffsReceiver;
import org.chargeproof.ocpi.tariffs.TariffsSender;
import org.chargeproof.ocpi.tokens.TokenSink;
import org.chargeproof.ocpi.tokens.TokenSource;
import org.chargeproof.ocpi.tokens.TokensClient;
import org.chargeproof.ocpi.tokens.TokensReceiver;
import org.chargeproof.ocpi.tokens.TokensSender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a charge point operator and a provider tell each other of prices, tokens and bills, over loopback. */
class RoamingTest {
    private static final PartyId OPERATOR = new PartyId("DE", "CPO");
    private static final PartyId PROVIDER = new PartyId("DE", "MSP");

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, Cdr> cdrs = new ConcurrentHashMap<>();
    private final Map<String, Tariff> tariffs = new ConcurrentHashMap<>();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final List<Told> billed = new ArrayList<>();
    private final List<Tariff> prices = new ArrayList<>();
    private final List<Token> issued = new ArrayList<>();
    private Platform cpo;
    private Platform emsp;

    private final class Cdrs implements CdrSink {
        @Override
        public @Nullable Cdr find(String partner, PartyId operator, String id) {
            return cdrs.get(operator + "/" + id.toUpperCase(Locale.ROOT));
        }

        @Override
        public void add(String partner, PartyId operator, Cdr cdr, JsonNode raw) {
            cdrs.put(operator + "/" + cdr.id().toUpperCase(Locale.ROOT), cdr);
        }
    }

    private final class Tariffs implements TariffSink {
        @Override
        public @Nullable Tariff find(String partner, PartyId operator, String id) {
            return tariffs.get(operator + "/" + id.toUpperCase(Locale.ROOT));
        }

        @Override
        public boolean put(String partner, PartyId operator, Tariff tariff) {
            return tariffs.put(operator + "/" + tariff.id().toUpperCase(Locale.ROOT), tariff) == null;
        }

        @Override
        public void remove(String partner, PartyId operator, String id) {
            tariffs.remove(operator + "/" + id.toUpperCase(Locale.ROOT));
        }
    }

    private final class Tokens implements TokenSink {
        @Override
        public @Nullable Token find(String partner, PartyId provider, String uid, TokenType type) {
            return tokens.get(uid.toUpperCase(Locale.ROOT) + "/" + type);
        }

        @Override
        public boolean put(String partner, PartyId provider, Token token) {
            return tokens.put(token.uid().toUpperCase(Locale.ROOT) + "/" + token.type(), token) == null;
        }
    }

    private final class Issued implements TokenSource {
        @Override
        public Page<Token> page(String partner, Page.Filter filter) {
            return Page.of(issued, filter);
        }

        @Override
        public Optional<AuthorizationInfo> authorize(
                String partner, String uid, TokenType type, @Nullable LocationReferences where) {
            return issued.stream()
                    .filter(token -> token.uid().equalsIgnoreCase(uid) && token.type() == type)
                    .findFirst()
                    .map(token -> new AuthorizationInfo(
                            where == null ? AllowedType.ALLOWED : AllowedType.BLOCKED, token, where, null, null));
        }
    }

    @BeforeEach
    void start() {
        cpo = Platform.start(
                vertx,
                folder.resolve("cpo.json"),
                Role.CPO,
                "CPO",
                all -> List.of(
                        new CdrsSender((partner, filter) -> Page.of(billed, filter)),
                        new TariffsSender((partner, filter) -> Page.of(prices, filter)),
                        new TokensReceiver(new Tokens())));
        emsp = Platform.start(
                vertx,
                folder.resolve("emsp.json"),
                Role.EMSP,
                "MSP",
                all -> List.of(
                        new CdrsReceiver(new Cdrs()),
                        new TariffsReceiver(new Tariffs()),
                        new TokensSender(new Issued())));
        Platform.connect(cpo, emsp);
    }

    @AfterEach
    void stop() {
        cpo.close();
        emsp.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aCdrIsPushedOnceAndNeverChanges() throws IOException, InterruptedException {
        var push = new CdrsClient(cpo.peers);
        Cdr cdr = cdr("B-1", "0.123456");
        var told = new Told(cdr, Map.of("a_proof", TextNode.valueOf("0x12")));
        push.post("MSP", PROVIDER, told);
        push.post("MSP", PROVIDER, told);
        assertThat(cdrs).hasSize(1).containsValue(cdr);

        assertThatThrownBy(() -> push.post("MSP", PROVIDER, new Told(cdr("b-1", "9"), Map.of())))
                .isInstanceOf(CallFailedException.class)
                .hasMessageContaining("OCPI 2001")
                .hasMessageContaining("CDRs do not change");
        assertThat(cdrs).containsValue(cdr);

        // by a client that knows nothing of ours: the address that the POST was answered with
        String token = cpo.partners.find("MSP").orElseThrow().tokens().getFirst();
        String receiver = cpo.peers
                .endpoint("MSP", ModuleId.CDRS, InterfaceRole.RECEIVER)
                .replace(Edge.V2_3_0.version(), Edge.V2_2_1.version());
        try (var http = HttpClient.newHttpClient()) {
            var posted = http.send(
                    request(receiver, token)
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    OcpiJson.tree(cdr("B/2", "1")).toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.statusCode()).as(posted.body()).isEqualTo(201);
            var found = http.send(
                    request(posted.headers().firstValue("Location").orElseThrow(), token)
                            .GET()
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(found.statusCode()).isEqualTo(200);
            assertThat(OcpiJson.parse(found.body().getBytes(StandardCharsets.UTF_8))
                            .path("data")
                            .path("id")
                            .asText())
                    .isEqualTo("B/2");
        }
    }

    private static HttpRequest.Builder request(String url, String token) {
        return HttpRequest.newBuilder(URI.create(url))
                .header(
                        "Authorization",
                        "Token " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/json")
                .header("X-Request-ID", "1")
                .header("X-Correlation-ID", "1");
    }

    @Test
    void cdrsArePulledWithTheirOtherFieldsAndInBothVersions() {
        for (int i = 0; i < 150; i++) {
            billed.add(new Told(cdr("B-" + i, "1." + i), Map.of("a_proof", TextNode.valueOf("0x" + i))));
        }
        var pulled = new CdrsClient(emsp.peers).pull("CPO", OPERATOR, NOON);
        assertThat(pulled.items()).isEqualTo(billed.stream().map(Told::cdr).toList());
        assertThat(pulled.refused()).isEmpty();

        String in230 = emsp.peers.endpoint("CPO", ModuleId.CDRS, InterfaceRole.SENDER);
        String in221 = in230.replace(Edge.V2_3_0.version(), Edge.V2_2_1.version());
        for (String url : List.of(in230, in221)) {
            JsonNode first = emsp.peers
                    .call("CPO", "GET", url + "?limit=1", OPERATOR, null)
                    .data();
            assertThat(first).isNotNull();
            assertThat(first.path(0).path("a_proof").asText()).isEqualTo("0x0");
            assertThat(first.path(0).path("total_cost").has("before_taxes")).isEqualTo(url.equals(in230));
        }
    }

    @Test
    void tariffsArePushedPulledAndTakenBack() {
        var push = new TariffsClient(cpo.peers);
        push.put("MSP", PROVIDER, tariff("T1", "0.39", NOON));
        push.put("MSP", PROVIDER, tariff("t1", "0.49", NOON.plusSeconds(1)));
        push.put("MSP", PROVIDER, tariff("T1", "0.29", NOON));
        assertThat(tariffs).hasSize(1).containsValue(tariff("t1", "0.49", NOON.plusSeconds(1)));
        push.delete("MSP", PROVIDER, OPERATOR, "T1");
        assertThat(tariffs).isEmpty();
        assertThatThrownBy(() -> push.delete("MSP", PROVIDER, OPERATOR, "T1")).hasMessageContaining("HTTP 404");
        assertThatThrownBy(() -> push.put(
                        "MSP",
                        PROVIDER,
                        new Tariff(
                                "DE",
                                "XYZ",
                                "T1",
                                "EUR",
                                null,
                                List.of(),
                                null,
                                null,
                                null,
                                tariff("T1", "1", NOON).elements(),
                                null,
                                null,
                                null,
                                NOON)))
                .hasMessageContaining("HTTP 404");

        prices.add(tariff("T2", "0.59", NOON));
        assertThat(new TariffsClient(emsp.peers).pull("CPO", OPERATOR).items()).isEqualTo(prices);
    }

    @Test
    void tokensArePushedPulledAndAskedFor() {
        var push = new TokensClient(emsp.peers);
        push.put("CPO", OPERATOR, token("ABC", TokenType.RFID, true));
        push.put("CPO", OPERATOR, token("abc", TokenType.APP_USER, true));
        assertThat(tokens).hasSize(2);
        String url = emsp.peers.endpoint("CPO", ModuleId.TOKENS, InterfaceRole.RECEIVER);
        emsp.peers.call(
                "CPO",
                "PATCH",
                url + "/DE/MSP/ABC",
                OPERATOR,
                OcpiJson.object()
                        .put("valid", false)
                        .put("last_updated", NOON.plusSeconds(60).toString()));
        assertThat(tokens.get("ABC/RFID").valid()).isFalse();
        assertThat(tokens.get("ABC/APP_USER").valid()).isTrue();
        assertThatThrownBy(() -> emsp.peers.call("CPO", "PATCH", url + "/DE/MSP/XYZ", OPERATOR, OcpiJson.object()))
                .hasMessageContaining("HTTP 404")
                .hasMessageContaining("2004");
        assertThatThrownBy(() -> emsp.peers.call("CPO", "GET", url + "/DE/MSP/ABC?type=TATTOO", OPERATOR, null))
                .hasMessageContaining("OCPI 2001");

        issued.add(token("ABC", TokenType.RFID, true));
        var ask = new TokensClient(cpo.peers);
        assertThat(ask.pull("MSP", PROVIDER).items()).isEqualTo(issued);
        assertThat(ask.authorize("MSP", PROVIDER, "abc", TokenType.RFID, null).allowed())
                .isEqualTo(AllowedType.ALLOWED);
        var where = new LocationReferences("LOC1", List.of("1"));
        assertThat(ask.authorize("MSP", PROVIDER, "ABC", TokenType.RFID, where).location())
                .isEqualTo(where);
        assertThatThrownBy(() -> ask.authorize("MSP", PROVIDER, "ABC", TokenType.OTHER, null))
                .hasMessageContaining("HTTP 404")
                .hasMessageContaining("2004");
    }

    private static Token token(String uid, TokenType type, boolean valid) {
        return new Token(
                "DE",
                "MSP",
                uid,
                type,
                "DE-MSP-C1",
                null,
                "MSP",
                null,
                valid,
                WhitelistType.ALLOWED,
                null,
                null,
                null,
                NOON);
    }

    private static Tariff tariff(String id, String pricePerKWh, Instant lastUpdated) {
        var price =
                new PriceComponent(TariffDimensionType.ENERGY, new BigDecimal(pricePerKWh), new BigDecimal("19"), 1);
        return new Tariff(
                "DE",
                "CPO",
                id,
                "EUR",
                null,
                List.of(),
                null,
                null,
                null,
                List.of(new TariffElement(List.of(price), null)),
                null,
                null,
                null,
                lastUpdated);
    }

    private static Cdr cdr(String id, String kwh) {
        var energy = new BigDecimal(kwh);
        return new Cdr(
                "DE",
                "CPO",
                id,
                NOON,
                NOON.plusSeconds(900),
                "S1",
                new CdrToken("DE", "MSP", "ABC", TokenType.APP_USER, "DE-MSP-C1"),
                AuthMethod.WHITELIST,
                null,
                new CdrLocation(
                        "LOC1",
                        null,
                        "-",
                        "-",
                        null,
                        null,
                        "DEU",
                        new GeoLocation("50.000000", "8.000000"),
                        "1",
                        "DE*CPO*E1",
                        "1",
                        ConnectorType.IEC_62196_T2,
                        ConnectorFormat.SOCKET,
                        PowerType.AC_3_PHASE),
                null,
                "EUR",
                List.of(),
                List.of(new ChargingPeriod(NOON, List.of(new CdrDimension(CdrDimensionType.ENERGY, energy)), null)),
                null,
                new Price(new BigDecimal("0.048"), new BigDecimal("0.057")),
                null,
                energy,
                null,
                new BigDecimal("0.25"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                NOON.plusSeconds(900));
    }
}
