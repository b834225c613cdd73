package org.chargeproof.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.chargeproof.api.MalformedRequestsTest.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of persons and by drivers: as it arrives, and what is refused before anybody hears of it. */
class PersonRequestsTest {
    private static final int REQUESTS = Boolean.getBoolean("chargeproof.long") ? 10_000 : 2_500;
    private static final long SEED = 52;
    private static final List<String> NO_NUMBERS =
            List.of("null", "true", "\"x\"", "[]", "{}", "-1", "1.5", "1e400", "99999999999999999999");
    private static final List<String> NO_TEXTS =
            List.of("null", "true", "1", "[]", "{}", "\"" + "x".repeat(300) + "\"", "[[[[\"x\"]]]]");

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    /** An operation with a body that fits, and which of its names are numbers. */
    private record Whole(
            Role role, String method, String path, String body, List<String> numbers, List<String> texts) {}

    private static final List<Whole> BODIES = List.of(
            new Whole(
                    Role.OPERATOR,
                    "POST",
                    "/persons",
                    "{\"name\":\"Ada\",\"email\":\"ada@example.org\",\"capMicroEuro\":1,\"capDays\":1}",
                    List.of("capMicroEuro", "capDays"),
                    List.of("name", "email")),
            new Whole(
                    Role.DRIVER,
                    "POST",
                    "/me/requests",
                    "{\"chargePoint\":1,\"energyWh\":5000,\"leastEnergyWh\":1,\"departure\":30360}",
                    List.of("chargePoint", "energyWh", "leastEnergyWh", "departure"),
                    List.of()),
            new Whole(Role.DRIVER, "POST", "/me/export", "{\"code\":\"abc\"}", List.of(), List.of("code")));

    private static final List<Whole> PATHS = List.of(
            new Whole(Role.OPERATOR, "DELETE", "/persons/{}", "", List.of(), List.of()),
            new Whole(Role.OPERATOR, "POST", "/persons/{}/export-code", "", List.of(), List.of()),
            new Whole(Role.OPERATOR, "GET", "/persons?after={}", "", List.of(), List.of()),
            new Whole(Role.OPERATOR, "GET", "/persons?count={}", "", List.of(), List.of()),
            new Whole(Role.OPERATOR, "GET", "/persons?{}=1", "", List.of(), List.of()),
            new Whole(Role.DRIVER, "DELETE", "/me/requests/{}", "", List.of(), List.of()),
            new Whole(Role.DRIVER, "GET", "/me/receipts/{}", "", List.of(), List.of()),
            new Whole(Role.DRIVER, "GET", "/me/sessions?x={}", "", List.of(), List.of()),
            new Whole(Role.DRIVER, "PATCH", "/me", "", List.of(), List.of()),
            new Whole(Role.DRIVER, "DELETE", "/persons/" + MemoryDrivers.PERSON, "", List.of(), List.of()),
            new Whole(Role.OPERATOR, "DELETE", "/me", "", List.of(), List.of()));

    @Test
    void requestsArriveAsTheyWereSent() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            var sent = api.post(
                    "/me/requests",
                    Role.DRIVER,
                    "{\"evseId\":\"no*aur*e2\",\"energyWh\":5000,\"departure\":\"1970-01-01T08:26:00Z\"}");
            assertThat(sent.statusCode()).as(sent.body()).isEqualTo(202);
            assertThat(api.drivers.requests)
                    .containsExactly(new DriverService.ChargeRequest(2, 5_000, 5_000, 0, 30_360, true));
            assertThat(api.post("/me/requests", Role.DRIVER, "{\"energyWh\":5000,\"departure\":30360}")
                            .statusCode())
                    .isEqualTo(422);
            assertThat(api.post("/persons", Role.OPERATOR, "{\"subject\":\"ada\"}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(api.drivers.added)
                    .containsExactly(new DriverService.NewPerson("", "", "", "ada", false, 50_000_000, 30));
            assertThat(api.get("/me/receipts/8", Role.DRIVER).statusCode()).isEqualTo(404);
            var receipt = TestApi.json(api.get("/me/receipts/7", Role.DRIVER).body());
            assertThat(receipt.at("/receipt").toString())
                    .isEqualTo(api.get("/sessions/7/receipt", Role.DRIVER).body());
            assertThat(receipt.at("/bill/session").asInt()).isEqualTo(7);
            // who wants to be deleted waits for no ledger
            api.problem = "/rpc reads the ledger, and is 9 blocks behind";
            assertThat(api.get("/me/sessions", Role.DRIVER).statusCode()).isEqualTo(503);
            assertThat(api.send(api.request("/me", Role.DRIVER).DELETE()).statusCode())
                    .isEqualTo(200);
        }
    }

    /** A timestep of 30 s stands for 5,500 Wh; one whole one is before the departure. */
    @Test
    void leastEnergyIsWhatWholeTimestepsCarryUnlessItIsSaid() {
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            long departure = TestApi.at(TestApi.FIRST + 3, 15);
            String asked = "{\"chargePoint\":2,\"energyWh\":9000,\"departure\":" + departure;
            assertThat(api.post("/me/requests", Role.DRIVER, asked + "}").statusCode())
                    .isEqualTo(202);
            assertThat(api.post("/me/requests", Role.DRIVER, asked + ",\"leastEnergyWh\":1}")
                            .statusCode())
                    .isEqualTo(202);
            // a reservation's energy has to fit behind its arrival
            long late = TestApi.at(TestApi.FIRST + 12, 0);
            assertThat(api.post(
                                    "/me/requests",
                                    Role.DRIVER,
                                    "{\"chargePoint\":2,\"energyWh\":12000,\"arrival\":"
                                            + (TestApi.at(TestApi.FIRST + 9, 0) + 1) + ",\"departure\":" + (late + 15)
                                            + "}")
                            .statusCode())
                    .isEqualTo(202);
            assertThat(api.drivers.requests)
                    .containsExactly(
                            new DriverService.ChargeRequest(2, 9_000, 5_500, 0, departure, true),
                            new DriverService.ChargeRequest(2, 9_000, 1, 0, departure, true),
                            new DriverService.ChargeRequest(
                                    2, 12_000, 11_000, TestApi.at(TestApi.FIRST + 9, 0) + 1, late + 15, true));
            for (String impossible : List.of(",\"leastEnergyWh\":5501}", ",\"joins\":false}")) {
                var refused = api.post("/me/requests", Role.DRIVER, asked + impossible);
                assertThat(refused.statusCode()).isEqualTo(422);
                assertThat(refused.body()).contains("whole timesteps", "at most 5500");
            }
            // without a whole timestep no plan decides, and what nobody can ask for is the contract's to tell
            long soon = TestApi.at(TestApi.FIRST + 1, 25);
            for (long until : new long[] {soon, 253_402_300_799L, 0}) {
                assertThat(api.post(
                                        "/me/requests",
                                        Role.DRIVER,
                                        "{\"chargePoint\":2,\"energyWh\":900,\"joins\":false,\"departure\":" + until
                                                + "}")
                                .statusCode())
                        .isEqualTo(202);
                assertThat(api.drivers.requests.getLast().leastEnergyWh()).isEqualTo(900);
            }
        }
    }

    @Test
    void withoutADatabaseOfPersonsItSaysWhoServesThem() {
        try (var api = new TestApi(TestApi.Setup.in(folder).withoutInputs())) {
            var answer = api.get("/me", Role.DRIVER);
            assertThat(answer.statusCode()).isEqualTo(501);
            assertThat(answer.body()).contains("--provider-key");
        }
    }

    @Test
    void whatIsMalformedReachesNobody() throws IOException {
        var counts = new TreeMap<Integer, Integer>();
        var failures = new ArrayList<String>();
        try (var api = new TestApi(TestApi.Setup.in(folder))) {
            for (int i = 0; i < REQUESTS && failures.size() < 5; i++) {
                byte[] request = random.nextInt(3) > 0 ? spoiltBody(api) : spoiltPath(api);
                Answer answer = MalformedRequestsTest.send(api.port(), request);
                counts.merge(answer.status(), 1, Integer::sum);
                String problem = MalformedRequestsTest.problem(answer);
                // a number may begin with a plus: then it is another read that fits
                if (!problem.isEmpty() || (answer.status() < 400 && answer.status() != 200)) {
                    failures.add(problem + ": " + answer + "\n" + MalformedRequestsTest.shown(request));
                }
            }
            assertThat(failures).as("%s", counts).isEmpty();
            assertThat(api.drivers.added).isEmpty();
            assertThat(api.drivers.requests).isEmpty();
            assertThat(api.drivers.deleted).isEmpty();
            assertThat(api.drivers.ended).isEmpty();
        }
        assertThat(counts.keySet()).contains(400, 403, 404, 405, 415);
    }

    private byte[] spoiltBody(TestApi api) throws IOException {
        var whole = any(BODIES);
        var headers = new HashMap<String, String>();
        headers.put("Authorization", "Bearer " + api.keys.get(whole.role()));
        headers.put("Content-Type", "application/json");
        String body = whole.body();
        switch (random.nextInt(8)) {
            case 0 -> headers.put("Content-Type", any(List.of("text/plain", "x", "application/json5")));
            case 1 -> headers.remove("Content-Type");
            case 2 -> body = body.replaceFirst("\\{", "{\"extra\":" + any(NO_NUMBERS) + ",");
            case 3 -> body = "[".repeat(1 + random.nextInt(2_000));
            case 4 -> body = body.replaceFirst("\"([a-zA-Z]+)\":", "\"$1\":1,\"$1\":");
            case 5 -> body = body.substring(0, random.nextInt(body.length()));
            default -> body = withWrong(whole);
        }
        return MalformedRequestsTest.request(
                whole.method(), whole.path(), headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private String withWrong(Whole whole) throws IOException {
        boolean isNumber = whole.texts().isEmpty() || (!whole.numbers().isEmpty() && random.nextBoolean());
        String name = any(isNumber ? whole.numbers() : whole.texts());
        var tree = (ObjectNode) TestApi.JSON.readTree(whole.body());
        String mark = "\"@here@\"";
        tree.put(name, "@here@");
        return tree.toString().replace(mark, any(isNumber ? NO_NUMBERS : NO_TEXTS));
    }

    private byte[] spoiltPath(TestApi api) {
        var whole = any(PATHS);
        return MalformedRequestsTest.request(
                whole.method(),
                whole.path().replace("{}", any(MalformedRequestsTest.SEGMENTS)),
                Map.of("Authorization", "Bearer " + api.keys.get(whole.role())),
                new byte[0]);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
