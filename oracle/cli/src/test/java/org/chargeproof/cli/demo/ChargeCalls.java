package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Calls of every {@code charge_...} method, the same for whoever answers them, and what the OpenRPC document says of the answers. */
final class ChargeCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private ChargeCalls() {}

    /**
     * Every method at least once, with parameters left out and given, and things that are not there. Without {@code charge_status}, which tells who
     * answers.
     *
     * @param session that there is
     * @param timestep that there is a plan of
     */
    static List<String> all(int session, int timestep) {
        var calls = new ArrayList<String>();
        calls.add(call("network"));
        calls.add(call("timestep"));
        calls.add(call("events"));
        calls.add(call("events", 2, 1));
        calls.add(call("chargePoints"));
        calls.add(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_chargePoints\",\"params\":[{\"available\":true,\"count\":1}]}");
        calls.add(call("setpoints", 0));
        calls.add(call("setpoints", 0, timestep - 2, 5));
        calls.add(call("plan", 0));
        calls.add(call("groupPlan", timestep, 0));
        calls.add(call("groupPlan", 1, 0));
        calls.add(call("planProof", timestep, 0));
        calls.add(call("planProof", timestep, 1_000_000));
        calls.add(call("planProof", 1, 0));
        calls.add(call("groups"));
        calls.add(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_groups\",\"params\":[{\"operator\":1,\"count\":1}]}");
        calls.add(call("groupTimesteps", 0));
        calls.add(call("groupTimesteps", 0, timestep, 100));
        calls.add(call("groupTimesteps", 1_000_000));
        calls.add(call("session", session));
        calls.add(call("receipt", session));
        calls.add(call("greenShare"));
        calls.add(call("greenShare", timestep, timestep));
        calls.add(call("verdict", timestep));
        calls.add(call("verdicts"));
        calls.add(call("bill", session));
        calls.add(call("bill", 1_000_000));
        calls.add(channel("0x00000000000000000000000000000000000000aa", 1));
        calls.add(call("reputation", 1));
        calls.add(call("reputation", 250));
        calls.add(call("discover"));
        calls.add(call("session", 1_000_000));
        calls.add(call("plan", 1_000_000));
        calls.add(call("verdict", 1));
        calls.add(call("verdict"));
        return calls;
    }

    /** A request of JSON-RPC. */
    static String call(String method, long... params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_" + method + "\",\"params\":"
                + JSON.valueToTree(params) + "}";
    }

    /** The channel of two. */
    static String channel(String payer, int payee) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"charge_channel\",\"params\":[\"" + payer + "\"," + payee
                + "]}";
    }

    /** The name behind the underscore. */
    static String method(String call) {
        return json(call).get("method").asText().replace("charge_", "");
    }

    /** All bytes of the answer. */
    static String ask(String url, String call) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("content-type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(call))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The result of a call that must have one. */
    static JsonNode result(String url, String call) {
        var answer = json(ask(url, call));
        assertThat(answer.has("result")).as("%s: %s", call, answer).isTrue();
        return answer.get("result");
    }

    /** Holds an answer against the document that the same server gives. */
    static void requireDescribed(JsonNode document, String call, String answer) {
        JsonNode result = json(answer).get("result");
        if (result == null) {
            var error = json(answer).get("error");
            assertThat(document.at("/components/errors").findValuesAsText("code"))
                    .as("%s: %s", call, answer)
                    .contains(error.get("code").asText());
            return;
        }
        for (JsonNode m : document.get("methods")) {
            if (m.get("name").asText().equals("charge_" + method(call))) {
                // with the whole document around it, so that references lead somewhere
                ObjectNode schema = document.deepCopy();
                schema.setAll((ObjectNode) m.get("result").get("schema"));
                assertThat(JsonSchemaFactory.getInstance(VersionFlag.V7)
                                .getSchema(schema)
                                .validate(result))
                        .as("%s: %s", call, answer)
                        .isEmpty();
                return;
            }
        }
        throw new AssertionError(call + " is not described");
    }

    /** Methods that the document describes. */
    static Set<String> described(JsonNode document) {
        var names = new TreeSet<String>();
        document.get("methods").forEach(m -> names.add(m.get("name").asText().replace("charge_", "")));
        return names;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }
}
