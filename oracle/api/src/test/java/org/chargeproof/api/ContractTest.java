package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of the contract: who may, what it answers, and that this is what the contract says. */
class ContractTest {
    private static final JsonNode DOCUMENT = TestApi.json(ApiRoutes.contractText());
    private static final JsonSchema PROBLEM = schema(TestApi.json("{\"$ref\":\"#/components/schemas/Problem\"}"));
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    @TempDir
    private Path folder;

    private TestApi api;

    /** An operation, with a request that fits it. */
    record Op(String id, String method, String path, JsonNode node) {
        String request() {
            return path.replace("{session}", "7")
                    .replace("{chargePoint}", "1")
                    .replace("{group}", "0")
                    .replace("{battery}", "0")
                    .replace("{account}", "1")
                    .replace("{person}", MemoryDrivers.PERSON)
                    .replace("{timestep}", Integer.toString(TestApi.FIRST + 1));
        }

        String body() {
            return switch (id) {
                case "addPerson" -> "{\"name\":\"Ada\",\"capMicroEuro\":1000000}";
                case "exportMyWallet" -> "{\"code\":\"code\"}";
                case "quote", "requestForMe" ->
                    "{\"chargePoint\":1,\"energyWh\":5000,\"departure\":" + TestApi.at(TestApi.FIRST + 12, 0) + "}";
                case "putGroupMeasurement" -> "{\"loadWh\":1,\"pvWh\":2,\"firmPvWh\":3}";
                case "putForecast" -> TestApi.forecast(672);
                case "putBatteryState" -> "{\"timestep\":1000,\"storedWh\":5,\"powerW\":-6}";
                default -> "";
            };
        }

        List<String> roles() {
            var roles = new ArrayList<String>();
            node.get("x-roles").forEach(role -> roles.add(role.asText()));
            return roles;
        }

        boolean isStream() {
            return id.equals("streamEvents");
        }
    }

    static List<Op> operations() {
        var operations = new ArrayList<Op>();
        DOCUMENT.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (METHODS.contains(method.getKey())) {
                        operations.add(new Op(
                                method.getValue().get("operationId").asText(),
                                method.getKey(),
                                path.getKey(),
                                method.getValue()));
                    }
                }));
        return operations;
    }

    @BeforeEach
    void start() {
        api = new TestApi(TestApi.Setup.in(folder));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private HttpRequest.Builder request(Op op) {
        var request = HttpRequest.newBuilder(api.uri("/api/v1" + op.request()));
        return op.body().isEmpty()
                ? request.method(op.method().toUpperCase(java.util.Locale.ROOT), BodyPublishers.noBody())
                : request.header("content-type", "application/json")
                        .method(op.method().toUpperCase(java.util.Locale.ROOT), BodyPublishers.ofString(op.body()));
    }

    private int status(HttpRequest.Builder request) {
        try {
            var answer = api.http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() < 300) {
                answer.body().close();
                return answer.statusCode();
            }
            checkProblem(
                    answer.statusCode(),
                    answer.headers().firstValue("content-type").orElse(""),
                    new String(answer.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            return answer.statusCode();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void checkProblem(int status, String contentType, String body) {
        assertThat(contentType).as("%d %s", status, body).isEqualTo("application/problem+json");
        var problem = TestApi.json(body);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).isNotBlank().hasSizeLessThan(900);
        assertThat(body).doesNotContain("Exception", "\\tat ", "io.vertx", "org.chargeproof", "java.");
        assertThat(PROBLEM.validate(problem)).as(body).isEmpty();
    }

    private static JsonSchema schema(JsonNode schema) {
        ObjectNode whole = TestApi.JSON.createObjectNode();
        whole.set("components", DOCUMENT.get("components"));
        whole.setAll((ObjectNode) schema);
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(whole);
    }

    @Test
    void everyOperationSaysWhoMay() {
        assertThat(operations()).hasSizeGreaterThan(18);
        for (Op op : operations()) {
            assertThat(op.roles()).as(op.id()).isNotEmpty();
            if (!op.roles().equals(List.of("anyone"))) {
                assertThat(op.roles())
                        .as(op.id())
                        .allMatch(role -> Role.of(role).isPresent());
                assertThat(op.node().get("security")).as(op.id()).isNotEmpty();
            }
        }
    }

    @Test
    void nobodyReachesMoreThanItsRole() {
        for (Op op : operations()) {
            boolean isOpen = op.roles().contains("anyone");
            assertThat(status(request(op)) == 401)
                    .as(op.id() + " without a key")
                    .isNotEqualTo(isOpen);
            assertThat(status(request(op).header("authorization", "Bearer cpk_00000000_" + "0".repeat(64))) == 401)
                    .as(op.id() + " with a wrong key")
                    .isNotEqualTo(isOpen);
            for (Role role : Role.values()) {
                int status = status(request(op).header("x-api-key", api.keys.get(role)));
                boolean mayDo = isOpen || op.roles().contains(role.word());
                assertThat(status == 403).as(op.id() + " as " + role).isNotEqualTo(mayDo);
                assertThat(status).as(op.id() + " as " + role).isNotEqualTo(401);
            }
        }
    }

    @Test
    void everyAnswerIsAsTheContractSays() {
        var statuses = new LinkedHashMap<String, Integer>();
        for (Op op : operations()) {
            if (op.isStream()) {
                continue;
            }
            var role = op.roles().contains("anyone")
                    ? null
                    : Role.of(op.roles().getFirst()).orElseThrow();
            var request = request(op);
            if (role != null) {
                request.header("authorization", "Bearer " + api.keys.get(role));
            }
            var answer = api.send(request);
            statuses.put(op.id(), answer.statusCode());
            var described = op.node().get("responses").get(Integer.toString(answer.statusCode()));
            assertThat(described)
                    .as(op.id() + " " + answer.statusCode() + " " + answer.body())
                    .isNotNull();
            if (answer.statusCode() < 300) {
                assertThat(answer.headers().firstValue("content-type")).contains("application/json");
                var schema = described.at("/content/application~1json/schema");
                assertThat(schema(schema).validate(TestApi.json(answer.body())))
                        .as(op.id() + " " + answer.body())
                        .isEmpty();
            } else {
                checkProblem(
                        answer.statusCode(),
                        answer.headers().firstValue("content-type").orElse(""),
                        answer.body());
            }
        }
        var failed = new TreeSet<String>();
        statuses.forEach((id, status) -> {
            if (status >= 300) {
                failed.add(id + " " + status);
            }
        });
        assertThat(failed).isEmpty();
        assertThat(api.inputs.calls).hasSize(3);
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        var expected = Map.of(
                "/charge-points/99", 404,
                "/charge-points/NO*AUR*E99", 404,
                "/sessions/99", 404,
                "/sessions/99/bill", 404,
                "/sessions/99/receipt", 404,
                "/timesteps/5", 404,
                "/timesteps/1001/plans/9", 404,
                "/timesteps/1001/plans/9/proof", 404,
                "/nothing", 404,
                "/charge-points?availabel=true", 400);
        expected.forEach((path, status) -> {
            var answer = api.get(path, Role.AUDITOR);
            assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(status);
            checkProblem(status, answer.headers().firstValue("content-type").orElse(""), answer.body());
        });
        var wrong = api.put("/network", Role.OPERATOR, "{}");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).contains("GET");
        api.problem = "/rpc reads the ledger, and is 9 blocks behind";
        var late = api.get("/network", Role.AUDITOR);
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.headers().firstValue("retry-after")).contains("1");
        assertThat(api.get("/status", Role.AUDITOR).statusCode()).isEqualTo(200);
    }

    @Test
    void aChargePointIsFoundByItsEvseIdToo() {
        var one = TestApi.json(api.get("/charge-points/no*aur*e1", Role.DRIVER).body());
        assertThat(one.get("chargePoint").asInt()).isEqualTo(1);
        assertThat(api.get("/charge-points/1", Role.DRIVER).body()).isEqualTo(one.toString());
        var page = TestApi.json(
                api.get("/charge-points?count=1&from=1", Role.DRIVER).body());
        assertThat(page.get("next").asInt()).isEqualTo(2);
        assertThat(page.get("chargePoints").get(0).toString()).isEqualTo(one.toString());
    }

    @Test
    void whatHasNotChangedIsNotSentAgain() {
        var first = api.get("/network", Role.AUDITOR);
        String tag = first.headers().firstValue("etag").orElseThrow();
        var second = api.send(api.request("/network", Role.AUDITOR).header("if-none-match", tag));
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(api.get("/timesteps/current", Role.AUDITOR).headers().firstValue("etag"))
                .isEmpty();
    }

    @Test
    void inputsArriveAsTheyWereSent() {
        assertThat(api.put("/groups/0/measurements/1000", Role.METER, "{\"loadWh\":1,\"pvWh\":2,\"firmPvWh\":3}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(api.put(
                                "/groups/0/forecast",
                                Role.METER,
                                "{\"from\":\"1970-01-01T08:21:00Z\",\"steps\":[{\"expectedLoadWh\":1,\"reservedLoadWh\":2,\"expectedPvWh\":3,\"greenClass\":4}]}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(api.inputs.calls)
                .containsExactly(
                        new TestApi.RecordingInputs.Group(0, 1000, 1, 2, 3),
                        new TestApi.RecordingInputs.Forecast(
                                0, 1002, List.of(new OperatorInputs.ForecastStep(1, 2, 3, 4))));
        api.inputs.calls.clear();
        assertThat(api.put("/groups/9/measurements/1000", Role.METER, "{\"loadWh\":1,\"pvWh\":2,\"firmPvWh\":3}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(api.put(
                                "/groups/0/forecast",
                                Role.METER,
                                "{\"fromTimestep\":1002,\"steps\":[{\"expectedLoadWh\":3,\"reservedLoadWh\":2,\"expectedPvWh\":3,\"greenClass\":4}]}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(api.put("/groups/0/forecast", Role.METER, TestApi.forecast(673))
                        .statusCode())
                .isEqualTo(400);
        assertThat(api.inputs.calls).isEmpty();
        api.inputs.outcome =
                new OperatorInputs.Refused(OperatorInputs.Reason.CONFLICT, "timestep 1000 is reported. Go on");
        var refused = api.put("/groups/0/measurements/1000", Role.METER, "{\"loadWh\":1,\"pvWh\":2,\"firmPvWh\":3}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("timestep 1000 is reported. Go on");
    }

    @Test
    void aQuoteIsWhatThePlanWouldGive() {
        var quote = TestApi.json(api.post(
                        "/quotes",
                        Role.DRIVER,
                        "{\"evseId\":\"NO*AUR*E1\",\"energyWh\":5000,\"departure\":\"1970-01-01T08:26:00Z\"}")
                .body());
        assertThat(quote.get("binding").asBoolean()).isFalse();
        assertThat(quote.get("accepted").asBoolean()).as(quote.toString()).isTrue();
        assertThat(quote.get("energyWh").asInt()).isEqualTo(5_000);
        int sum = 0;
        for (JsonNode powerW : quote.get("powerW")) {
            sum += powerW.asInt() / 4;
        }
        assertThat(sum).isEqualTo(5_000);
        assertThat(quote.get("doneSeconds").asLong())
                .isLessThanOrEqualTo(quote.get("departureSeconds").asLong());
        assertThat(quote.get("costMicroEuro").asLong()).isEqualTo(2_380_000);
        assertThat(api.post("/quotes", Role.DRIVER, "{\"chargePoint\":0,\"energyWh\":5000,\"departure\":40000}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(api.post("/quotes", Role.DRIVER, "{\"chargePoint\":1,\"energyWh\":5000,\"departure\":4}")
                        .statusCode())
                .isEqualTo(422);
        // two steps of 5,500 Wh, of a cabinet that other equipment may take 10 kW of
        var large = TestApi.json(api.post(
                        "/quotes",
                        Role.DRIVER,
                        "{\"chargePoint\":1,\"energyWh\":16500,\"departure\":" + TestApi.at(TestApi.FIRST + 5, 0) + "}")
                .body());
        assertThat(large.get("accepted").asBoolean() || large.get("offer").isObject())
                .as(large.toString())
                .isTrue();
    }

    /** The newest block is one second old in FIRST + 1; a timestep of 30 s stands for 5,500 Wh. */
    @Test
    void aQuoteWithoutAWholeTimestepSaysThatNoPlanDecides() {
        long departure = TestApi.at(TestApi.FIRST + 1, 25);
        var quote = TestApi.json(quote(4_400, "", departure).body());
        assertThat(quote.get("interimOnly").asBoolean()).as(quote.toString()).isTrue();
        assertThat(quote.get("accepted").asBoolean()).isFalse();
        assertThat(quote.get("energyWh").asInt()).isZero();
        assertThat(quote.get("offer").isNull()).isTrue();
        assertThat(quote(4_400, ",\"joins\":false", departure).statusCode()).isEqualTo(200);
        var tooMuch = quote(4_401, "", departure);
        assertThat(tooMuch.statusCode()).isEqualTo(422);
        assertThat(tooMuch.body()).contains("energyWh is 4401", "at most 4400");
    }

    /** Between one whole timestep and what the stay carries by the second, 13,566 Wh. */
    @Test
    void aQuoteTakesWhatFitsIntoWholeTimestepsAsAnAnswer() {
        long departure = TestApi.at(TestApi.FIRST + 3, 15);
        var quote = TestApi.json(quote(9_000, "", departure).body());
        assertThat(quote.get("interimOnly").asBoolean()).as(quote.toString()).isFalse();
        assertThat(quote.get("accepted").asBoolean()).as(quote.toString()).isTrue();
        assertThat(quote.get("energyWh").asInt()).isEqualTo(5_500);
        var least = quote(9_000, ",\"leastEnergyWh\":5501", departure);
        assertThat(least.statusCode()).isEqualTo(422);
        assertThat(least.body()).contains("leastEnergyWh is 5501", "at most 5500", "leave later");
        var all = quote(9_000, ",\"joins\":false", departure);
        assertThat(all.statusCode()).isEqualTo(422);
        assertThat(all.body()).contains("is 9000", "at most 5500", "or join");
        assertThat(quote(13_567, "", departure).body()).contains("at most 13566");
    }

    private HttpResponse<String> quote(int energyWh, String more, long departure) {
        return api.post(
                "/quotes",
                Role.DRIVER,
                "{\"chargePoint\":1,\"energyWh\":" + energyWh + more + ",\"departure\":" + departure + "}");
    }
}
