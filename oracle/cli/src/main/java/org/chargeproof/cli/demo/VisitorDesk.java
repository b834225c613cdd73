package org.chargeproof.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.cli.demo.deployment.DemoNetwork;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;

/** Has an oracle keep the wallet of who comes with a browser: by a provider that vouches for the visitor's accounts. */
final class VisitorDesk {
    private static final String PROVIDER = "Visitors' Wallet";
    /** 200 euros within 30 days: some hundred kWh. */
    private static final long CAP_MICRO_EURO = 200_000_000;

    private static final int CAP_DAYS = 30;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final long READY_MILLIS = 60_000;
    private static final int LOOK_MILLIS = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> oracleOptions;
    private final String operatorKey;

    private VisitorDesk(List<String> oracleOptions, String operatorKey) {
        this.oracleOptions = oracleOptions;
        this.operatorKey = operatorKey;
    }

    /** Has the provider admitted, and makes what the first oracle needs before it starts. */
    static VisitorDesk open(DemoNetwork founded, OracleFleet fleet) throws IOException {
        Path key = fleet.keyFile("visitors", founded.admitProvider(PROVIDER));
        Path data = Files.createDirectories(fleet.dataFolder(0));
        var operatorKey = new ApiKeys(data.resolve(ApiSettings.KEYS_FILE))
                .make("operator", Role.OPERATOR, null, Instant.now(), new SecureRandom());
        return new VisitorDesk(List.of("--provider-key", key.toString(), "--open-reads"), operatorKey.text());
    }

    /** Of the first oracle. */
    List<String> oracleOptions() {
        return oracleOptions;
    }

    /** Adds the visitor at the first oracle, which answers. */
    LiveFile.Visitor admit(String oracleUrl) {
        try (var http = HttpClient.newHttpClient()) {
            var asked = JSON.writeValueAsString(
                    Map.of("name", "Visitor", "capMicroEuro", CAP_MICRO_EURO, "capDays", CAP_DAYS));
            var made = awaitStatus(
                    http,
                    CREATED,
                    of(oracleUrl, "/persons", operatorKey)
                            .header("content-type", "application/json")
                            .POST(BodyPublishers.ofString(asked))
                            .build());
            var visitor = new LiveFile.Visitor(
                    made.path("person").asText(),
                    made.path("key").asText(),
                    made.path("exportCode").asText(),
                    operatorKey);
            // a new key counts after a moment
            awaitStatus(http, OK, of(oracleUrl, "/me", visitor.key()).build());
            return visitor;
        } catch (IOException e) {
            throw new UncheckedIOException("no visitor can be added at " + oracleUrl, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted", e);
        }
    }

    private static HttpRequest.Builder of(String oracleUrl, String path, String key) {
        return HttpRequest.newBuilder(URI.create(oracleUrl + "/api/v1" + path))
                .timeout(Duration.ofSeconds(10))
                .header("authorization", "Bearer " + key);
    }

    private static JsonNode awaitStatus(HttpClient http, int status, HttpRequest request)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MILLIS);
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        while (answer.statusCode() != status) {
            if (System.nanoTime() > deadline) {
                throw new LedgerException("the first oracle serves no visitor: " + answer.body());
            }
            Pause.millis(LOOK_MILLIS);
            answer = http.send(request, BodyHandlers.ofString());
        }
        return JSON.readTree(answer.body());
    }
}
