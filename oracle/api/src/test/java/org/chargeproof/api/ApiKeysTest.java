package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Keys: what is kept of them, and until when they count. */
class ApiKeysTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    private ApiKeys keys() {
        return new ApiKeys(folder.resolve(ApiSettings.KEYS_FILE));
    }

    @Test
    void noSecretIsKept() throws IOException {
        var made = keys().make("heating", Role.METER, null, NOW, new SecureRandom());
        assertThat(made.text()).matches("cpk_[0-9a-f]{8}_[0-9a-f]{64}");
        String file = Files.readString(folder.resolve(ApiSettings.KEYS_FILE));
        assertThat(file).contains("heating", "meter").doesNotContain(made.text().substring(13));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(ApiSettings.KEYS_FILE))))
                .isEqualTo("rw-------");
        assertThat(keys().find(made.text(), NOW)).contains(made.key());
        char last = made.text().charAt(made.text().length() - 1);
        assertThat(keys().find(made.text().substring(0, 76) + (last == '0' ? '1' : '0'), NOW))
                .isEmpty();
        assertThat(keys().find(made.text().toUpperCase(java.util.Locale.ROOT), NOW))
                .isEmpty();
        assertThat(keys().find("", NOW)).isEmpty();
    }

    @Test
    void expiredKeysDoNotCount() {
        var made = keys().make("guest", Role.READ_ONLY, NOW.plus(Duration.ofDays(1)), NOW, new SecureRandom());
        assertThat(keys().find(made.text(), NOW.plus(Duration.ofHours(23)))).isPresent();
        assertThat(keys().find(made.text(), NOW.plus(Duration.ofDays(1)))).isEmpty();
        assertThatThrownBy(() -> keys().make("old", Role.METER, NOW.minusSeconds(1), NOW, new SecureRandom()))
                .hasMessageContaining("past");
        assertThatThrownBy(() -> keys().make("guest", Role.METER, null, NOW, new SecureRandom()))
                .hasMessageContaining("there is a key 'guest'");
    }

    @Test
    void nothingCountsOfAFileThatCannotBeRead() throws IOException {
        var made = keys().make("app", Role.DRIVER, null, NOW, new SecureRandom());
        var reader = keys();
        for (String spoilt :
                List.of("", "{", "{\"format\":2,\"keys\":[]}", "{\"format\":1,\"keys\":[{\"id\":\"x\"}]}")) {
            Files.writeString(folder.resolve(ApiSettings.KEYS_FILE), spoilt);
            reader.refresh();
            assertThat(reader.find(made.text(), NOW)).as(spoilt).isEmpty();
            assertThat(reader.exists()).isTrue();
        }
    }

    @Test
    void aRevokedKeyStopsWithinTwoSeconds() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            assertThat(api.get("/network", Role.AUDITOR).statusCode()).isEqualTo(200);
            new ApiKeys(api.keyFile).revoke("auditor");
            long start = System.nanoTime();
            TestApi.await(() -> api.get("/network", Role.AUDITOR).statusCode() == 401);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(api.get("/network", Role.DRIVER).statusCode()).isEqualTo(200);
            // a key that is made while the oracle runs
            api.keys.put(
                    Role.AUDITOR,
                    new ApiKeys(api.keyFile)
                            .make("second", Role.AUDITOR, null, Instant.now(), new SecureRandom())
                            .text());
            TestApi.await(() -> api.get("/network", Role.AUDITOR).statusCode() == 200);
        }
    }

    @Test
    void withoutKeysLoopbackReadsAreOpenAndWritesAreNot() {
        try (var api = new TestApi(TestApi.Setup.in(folder).withoutKeys())) {
            assertThat(api.get("/network", null).statusCode()).isEqualTo(200);
            assertThat(api.put("/batteries/0/state", null, "{\"timestep\":1,\"storedWh\":1,\"powerW\":1}")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(api.post("/quotes", null, "{}").statusCode()).isEqualTo(401);
            new ApiKeys(api.keyFile).make("first", Role.AUDITOR, null, Instant.now(), new SecureRandom());
            TestApi.await(() -> api.get("/network", null).statusCode() == 401);
        }
    }

    @Test
    void whereReadsAreOpenTheyStaySoBesideKeys() {
        try (var api = new TestApi(TestApi.Setup.in(folder).openReads())) {
            assertThat(api.get("/network", null).statusCode()).isEqualTo(200);
            assertThat(api.get("/network", Role.DRIVER).statusCode()).isEqualTo(200);
            assertThat(api.post("/quotes", null, "{}").statusCode()).isEqualTo(401);
            assertThat(api.get("/persons", null).statusCode()).isEqualTo(401);
            // a wrong key is no missing one
            assertThat(api.send(HttpRequest.newBuilder(api.uri("/api/v1/network"))
                                    .header("authorization", "Bearer cpk_00000000_" + "0".repeat(64)))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void pagesOfOtherSitesAreTurnedAwayAndUseNothingUp() {
        var few = new ApiLimits(
                1 << 18, 10, 2, 5, 1, 3, 64, 16, 500, 50, 1 << 16, 10_000, 15_000, 8, 5_000, 4, 2, 20_000);
        try (var api = new TestApi(TestApi.Setup.in(folder).openReads().limits(few))) {
            for (int i = 0; i < 20; i++) {
                assertThat(from(api, "cross-site", "no-cors")).isEqualTo(403);
            }
            assertThat(from(api, "cross-site", "navigate")).isEqualTo(200);
            assertThat(from(api, "same-origin", "cors")).isEqualTo(200);
        }
    }

    /** What an asking browser is answered, which says where its page is from. */
    private static int from(TestApi api, String site, String mode) {
        return api.send(HttpRequest.newBuilder(api.uri("/api/v1/network"))
                        .header("sec-fetch-site", site)
                        .header("sec-fetch-mode", mode))
                .statusCode();
    }

    @Test
    void anOracleWithoutAMeterAccountSaysSo() {
        try (var api = new TestApi(TestApi.Setup.in(folder).withoutInputs())) {
            var answer = api.put("/batteries/0/state", Role.METER, "{\"timestep\":1,\"storedWh\":1,\"powerW\":1}");
            assertThat(answer.statusCode()).isEqualTo(501);
            assertThat(answer.body()).contains("no meter account");
        }
    }

    @Test
    void theCommandMakesListsAndRevokes() {
        String data = folder.resolve("data").toString();
        String made = run("new", "heating", "--role", "meter", "--days", "30", "--data", data);
        assertThat(made).startsWith("cpk_").contains("shown once");
        assertThat(run("list", "--data", data)).contains("heating", "meter").doesNotContain(made.substring(13, 40));
        assertThat(run("revoke", "heating", "--data", data)).contains("revoked " + made.substring(4, 12));
        assertThat(run("list", "--data", data)).doesNotContain("heating");
    }

    private static String run(String... arguments) {
        var out = new StringWriter();
        int code = new CommandLine(new ApiKeyCommand())
                .setOut(new PrintWriter(out, true))
                .execute(arguments);
        assertThat(code).isZero();
        return out.toString();
    }

    @Test
    void whoAsksTooOftenIsToldToWait() {
        var few = new ApiLimits(
                1 << 18, 10, 2, 5, 1, 3, 64, 16, 500, 50, 1 << 16, 10_000, 15_000, 8, 5_000, 4, 2, 20_000);
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(few))) {
            for (int i = 0; i < 5; i++) {
                assertThat(api.get("/network", Role.AUDITOR).statusCode()).isEqualTo(200);
            }
            var late = api.get("/network", Role.AUDITOR);
            assertThat(late.statusCode()).isEqualTo(429);
            assertThat(late.headers().firstValue("retry-after")).isPresent();
            assertThat(api.get("/network", Role.DRIVER).statusCode()).isEqualTo(200);
            for (int i = 0; i < 3; i++) {
                assertThat(api.get("/network", null).statusCode()).isEqualTo(401);
            }
            assertThat(api.get("/network", null).statusCode()).isEqualTo(429);
            var large = api.put("/groups/0/forecast", Role.METER, "[" + " ".repeat(1 << 18) + "]");
            assertThat(large.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void onlyPagesOfListedOriginsMayAsk() {
        try (var api = new TestApi(TestApi.Setup.in(folder).cors("https://app.example"))) {
            var may = api.send(api.request("/network", Role.DRIVER).header("origin", "https://app.example"));
            assertThat(may.headers().firstValue("access-control-allow-origin")).contains("https://app.example");
            var asks = api.send(api.request("/groups/0/forecast", null)
                    .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody())
                    .header("origin", "https://app.example")
                    .header("access-control-request-method", "PUT")
                    .header("access-control-request-headers", "authorization,content-type"));
            assertThat(asks.statusCode()).isEqualTo(204);
            var other = api.send(api.request("/network", Role.DRIVER).header("origin", "https://evil.example"));
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(other.headers().firstValue("access-control-allow-origin"))
                    .isEmpty();
        }
    }
}
