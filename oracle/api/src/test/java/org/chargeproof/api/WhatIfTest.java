package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.MemoryChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What-ifs over the ledger: what they read of it, what they may cost. */
class WhatIfTest {
    private static final String PATH = "/groups/0/what-if";
    private static final int CHARGING = 2;

    @TempDir
    private Path folder;

    private static RawLog meter(int timestep, int chargePoint, long registerWh) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "MetersReported(uint8,uint32,bytes)",
                2,
                1,
                timestep,
                Bytes.concatenate(
                        Bytes.ofUnsignedInt(chargePoint),
                        Bytes.ofUnsignedLong(registerWh),
                        Bytes.ofUnsignedInt(0),
                        Bytes.of(CHARGING)));
    }

    private static RawLog reported(int timestep, int loadWh, int pvWh) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "GroupReported(uint32,uint32,uint32,uint32,uint32)",
                2,
                0,
                timestep,
                loadWh,
                pvWh,
                0);
    }

    /** A car takes 11 kWh in four timesteps; another one is refused. */
    private static void day(TestApi api) {
        int t = TestApi.FIRST;
        api.chain.add(TestApi.at(t + 1, 2), meter(t, 0, 1_000));
        long registerWh = 1_000;
        for (int i = 1; i <= 6; i++) {
            registerWh += i <= 4 ? 2_750 : 0;
            api.chain.add(
                    TestApi.at(t + i + 1, 2), meter(t + i, 0, registerWh), reported(t + i, 400, i == 2 ? 1_400 : 0));
            if (i == 1) {
                api.chain.add(TestApi.at(t + 2, 3), TestApi.requested(8, 1, 20_000, t + 40));
                api.chain.add(TestApi.at(t + 2, 25), TestApi.decided(8, false));
            }
        }
        api.follow();
    }

    private static JsonNode ask(TestApi api, String query) {
        var answer = api.get(PATH + query, Role.READ_ONLY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestApi.json(answer.body());
    }

    @Test
    void whatHappenedStandsBesideWhatWouldHave() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            assertThat(ask(api, "").get("timesteps")).isEmpty();
            day(api);
            var found = ask(api, "?limitW=20000");
            assertThat(found.get("isEstimate").asBoolean()).isTrue();
            assertThat(found.get("setting").toString())
                    .isEqualTo("{\"limitW\":20000,\"policy\":\"peak=200\",\"batteryWh\":0,\"batteryW\":0}");
            var steps = found.get("timesteps");
            assertThat(steps).hasSize(6);
            assertThat(steps.get(0).get("timestep").asInt()).isEqualTo(TestApi.FIRST + 1);
            assertThat(steps.get(1).get("measuredWh").asInt()).isEqualTo(2_750);
            assertThat(steps.get(1).get("pvWh").asInt()).isEqualTo(1_400);
            assertThat(steps.get(1).get("limitW").asInt()).isEqualTo(40_000);
            assertThat(steps.get(1).get("settingLimitW").asInt()).isEqualTo(20_000);
            var measured = found.at("/sums/measured");
            assertThat(measured.get("energyWh").asInt()).isEqualTo(11_000);
            assertThat(measured.get("peakW").asInt()).isEqualTo(4 * 3_150);
            assertThat(measured.get("requests").asInt()).isEqualTo(2);
            assertThat(measured.get("refused").asInt()).isEqualTo(1);
            // the refused car is one that nobody knows anything of but what it asked for
            assertThat(found.at("/assumptions/refusedRequests").asInt()).isEqualTo(1);
            assertThat(found.at("/sums/uncontrolled/refused").asInt()).isZero();
            assertThat(found.at("/sums/uncontrolled/energyWh").asInt()).isGreaterThan(11_000);
            for (JsonNode step : steps) {
                assertThat(4
                                * (step.get("settingWh").asInt()
                                        + step.get("loadWh").asInt()))
                        .isLessThanOrEqualTo(20_000);
            }
            assertThat(ask(api, "?count=2").get("timesteps")).hasSize(2);
            var stored = ask(api, "?limitW=20000&batteryWh=10000&batteryW=4000&policy=flat");
            assertThat(stored.at("/setting/policy").asText()).isEqualTo("flat");
        }
    }

    @Test
    void nothingOfASessionIsTold() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            day(api);
            assertThat(api.get(PATH, Role.READ_ONLY).body())
                    .doesNotContain("session", "evse", "chargePoint", "account");
        }
    }

    @Test
    void whatIsOutOfBoundsIsRefusedWithItsLimit() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            day(api);
            for (String query : List.of(
                    "limitW=0",
                    "limitW=-5",
                    "limitW=67108865",
                    "limitW=99999999999999999999",
                    "limitW=NaN",
                    "limitW=1.5",
                    "batteryWh=-1",
                    "batteryWh=67108865&batteryW=1",
                    "batteryW=67108865",
                    "count=0",
                    "count=193",
                    "policy=fast",
                    "policy=peak%3D99999",
                    "policy=" + "f".repeat(3_000),
                    "limitW=1&limitW=2",
                    "limitKw=5")) {
                var answer = api.get(PATH + "?" + query, Role.READ_ONLY);
                assertThat(answer.statusCode()).as(query + " " + answer.body()).isEqualTo(400);
                check(answer);
            }
            for (String query : List.of("batteryWh=5", "batteryW=5", "policy=peak%3D099", "policy=green%3D101")) {
                var answer = api.get(PATH + "?" + query, Role.READ_ONLY);
                assertThat(answer.statusCode()).as(query + " " + answer.body()).isEqualTo(422);
                check(answer);
            }
            assertThat(api.get("/groups/9/what-if", Role.READ_ONLY).statusCode())
                    .isEqualTo(404);
            // what is allowed is computed, however odd
            assertThat(ask(api, "?limitW=1&batteryWh=67108864&batteryW=67108864")
                            .at("/sums/setting/refused")
                            .asInt())
                    .isPositive();
            assertThat(ask(api, "?limitW=67108864&batteryWh=1&batteryW=1")
                            .at("/sums/setting/refused")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void whoAsksTooMuchIsToldWhenToComeBack() {
        var standard = ApiLimits.standard().withoutRates();
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(whatIfs(standard, 1, 0)))) {
            day(api);
            var answer = api.get(PATH, Role.READ_ONLY);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).contains("2");
            check(answer);
        }
    }

    @Test
    void asManyAsThereMayBeOfAllAreComputedAtOnce() {
        var standard = ApiLimits.standard().withoutRates();
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(whatIfs(standard, 0, 1)))) {
            day(api);
            assertThat(api.get(PATH, Role.READ_ONLY).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void aFloodDelaysNobodyElse() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            day(api);
            var asked = IntStream.range(0, 200)
                    .mapToObj(i -> api.http.sendAsync(
                            api.request(PATH + "?limitW=" + (10_000 + i), Role.READ_ONLY)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .toList();
            for (int i = 0; i < 20; i++) {
                assertThat(api.get("/timesteps/current", Role.AUDITOR).statusCode())
                        .isEqualTo(200);
            }
            var statuses = asked.stream()
                    .map(CompletableFuture::join)
                    .map(HttpResponse::statusCode)
                    .toList();
            assertThat(statuses).allMatch(status -> List.of(200, 429, 503).contains(status));
            assertThat(statuses).contains(200, 429);
            // and what was computed is not computed again
            assertThat(ask(api, "?limitW=12345").toString())
                    .isEqualTo(ask(api, "?limitW=12345").toString());
        }
    }

    @Test
    void whatTakesTooLongIsGivenUp() {
        var standard = ApiLimits.standard().withoutRates();
        try (var api = new TestApi(TestApi.Setup.in(folder).limits(whatIfs(standard, 4, 2, 0)))) {
            day(api);
            var answer = api.get(PATH, Role.READ_ONLY);
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("fewer timesteps");
            check(answer);
        }
    }

    private static void check(HttpResponse<String> answer) {
        ContractTest.checkProblem(
                answer.statusCode(), answer.headers().firstValue("content-type").orElse(""), answer.body());
    }

    private static ApiLimits whatIfs(ApiLimits of, int atOnce, int perCaller) {
        return whatIfs(of, atOnce, perCaller, of.whatIfMillis());
    }

    private static ApiLimits whatIfs(ApiLimits of, int atOnce, int perCaller, int millis) {
        return new ApiLimits(
                of.bodyBytes(),
                of.bodySeconds(),
                of.requestsPerSecond(),
                of.burst(),
                of.strangersPerSecond(),
                of.strangersBurst(),
                of.requestsAtOnce(),
                of.requestsAtOncePerCaller(),
                of.streams(),
                of.streamsPerCaller(),
                of.streamQueueBytes(),
                of.slowMillis(),
                of.heartbeatMillis(),
                of.quotesAtOnce(),
                of.quoteMillis(),
                atOnce,
                perCaller,
                millis);
    }
}
