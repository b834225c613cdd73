package org.chargeproof.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Hands setpoints to the operator's system over HTTP: {@code PUT URL/setpoints/TIMESTEP} with
 * {@code {"timestep", "startSeconds", "endSeconds", "setpoints": [{"chargePoint", "evseId", "powerW",
 * "periods": [{"fromSecond", "toSecond", "powerW"}]}]}}, answered with
 * {@code {"applied": [chargePoint, ...]}}.
 */
final class HttpSetpointBackend implements SetpointBackend {
    private static final long TIMEOUT_SECONDS = 5;
    private static final int OK = 200;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;
    private final String url;

    HttpSetpointBackend(Vertx vertx, String url) {
        this.http = vertx.createHttpClient();
        this.url = url.replaceAll("/$", "");
    }

    @Override
    public Set<Integer> apply(int timestep, long startSeconds, long endSeconds, List<Setpoint> setpoints)
            throws Exception {
        byte[] body = json.writeValueAsBytes(Map.of(
                "timestep", timestep, "startSeconds", startSeconds, "endSeconds", endSeconds, "setpoints", setpoints));
        var options = new RequestOptions()
                .setMethod(HttpMethod.PUT)
                .setAbsoluteURI(url + "/setpoints/" + timestep)
                .putHeader("content-type", "application/json");
        Buffer answer = http.request(options)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(response -> {
                    if (response.statusCode() != OK) {
                        throw new IllegalStateException(url + " answered " + response.statusCode());
                    }
                    return response.body();
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return applied(answer.getBytes());
    }

    private Set<Integer> applied(byte[] answer) throws IOException {
        var applied = new HashSet<Integer>();
        for (JsonNode chargePoint : json.readTree(answer).path("applied")) {
            applied.add(chargePoint.asInt());
        }
        return applied;
    }
}
