package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chargeproof.cli.demo.ApiCalls.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.chargeproof.ledger.Pause;

/** Who visits {@code demo --serve}, by the calls that its pages make. */
final class Visitor {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ENERGY_WH = 1_500;

    private final JsonNode network;
    private final HttpClient http = HttpClient.newHttpClient();
    private final long startNanos = System.nanoTime();
    private final List<String> times = new ArrayList<>();

    /**
     * What became of a visit.
     *
     * @param receipt with its bill
     * @param timesteps of the group, as who has no key reads them
     * @param times what came when
     */
    record Visit(JsonNode receipt, JsonNode timesteps, List<String> times) {}

    Visitor(JsonNode network) {
        this.network = network;
    }

    /** Asks, ends when some energy has come, and waits for the bill. */
    Visit chargeUntilBilled() {
        JsonNode asked = ask();
        int session = asked.get("session").asInt();
        note("asked");
        await("/sessions/" + session, s -> s.path("status").asText().equals("ACCEPTED"), "accepted");
        await("/sessions/" + session, s -> s.path("powerW").asInt() > 0, "power");
        await("/sessions/" + session, s -> s.path("deliveredWh").asInt() > 0, "energy");
        var end = send("DELETE", "/me/requests/" + session, "", true);
        assertThat(end.statusCode()).as(end.body()).isEqualTo(202);
        await("/sessions/" + session, s -> s.path("status").asText().equals("ENDED"), "ended");
        var receipt = await(
                "/me/receipts/" + session,
                r -> List.of("FINAL", "CLAIMED").contains(r.at("/bill/state").asText()),
                "bill final");
        int group = json(send(
                        "GET", "/charge-points/" + asked.get("chargePoint").asInt(), "", false))
                .get("group")
                .asInt();
        var timesteps = json(send("GET", "/groups/" + group + "/timesteps?count=40", "", false));
        http.close();
        return new Visit(receipt, timesteps.get("timesteps"), times);
    }

    /** At the second operator, as apps that are tried meanwhile ask at the first. Somebody may be faster. */
    private JsonNode ask() {
        for (int tries = 1; ; tries++) {
            var free = json(send("GET", "/charge-points?available=true&operator=2", "", false))
                    .get("chargePoints");
            var now = json(send("GET", "/timesteps/current", "", false));
            int chargePoint = free.get(tries % free.size()).get("chargePoint").asInt();
            long departure = now.get("startSeconds").asLong()
                    + 7L * network.get("timestepSeconds").asInt();
            var answer = send(
                    "POST",
                    "/me/requests",
                    JSON.valueToTree(Map.of(
                                    "chargePoint",
                                    chargePoint,
                                    "energyWh",
                                    ENERGY_WH,
                                    "leastEnergyWh",
                                    ENERGY_WH / 3,
                                    "departure",
                                    departure))
                            .toString(),
                    true);
            if (answer.statusCode() == 202 && json(answer).path("session").isInt()) {
                return ((ObjectNode) json(answer)).put("chargePoint", chargePoint);
            }
            assertThat(tries).as(answer.body()).isLessThan(5);
        }
    }

    private JsonNode await(String path, Predicate<JsonNode> condition, String what) {
        var last = new JsonNode[] {JSON.nullNode()};
        LiveNetwork.awaitTrue(() -> {
            last[0] = json(send("GET", path, "", true));
            Pause.millis(200);
            return condition.test(last[0]);
        });
        note(what);
        return last[0];
    }

    private void note(String what) {
        times.add(what + " " + (System.nanoTime() - startNanos) / 1_000_000_000 + " s");
    }

    private HttpResponse<String> send(String method, String path, String body, boolean withKey) {
        String key = withKey ? network.at("/visitor/key").asText() : "";
        return ApiCalls.ask(http, network.at("/oracles/0/url").asText(), method, path, key, body);
    }
}
