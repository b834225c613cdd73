package org.chargeproof.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operators' own systems: take the setpoints that their oracles hand over, for their charge points to follow. */
final class CpoBackends implements AutoCloseable {
    private static final Pattern PATH = Pattern.compile("/operators/(\\d+)/setpoints/(\\d+)");
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final Map<String, Map<Integer, Integer>> powerW = new ConcurrentHashMap<>();

    CpoBackends(Vertx vertx) {
        this.server = vertx.createHttpServer()
                .requestHandler(this::take)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Where an operator's oracle hands setpoints over. */
    String url(int operator) {
        return "http://127.0.0.1:" + server.actualPort() + "/operators/" + operator;
    }

    /** What an operator's oracle handed over for a timestep, W by charge point; empty when it did not. */
    Map<Integer, Integer> setpoints(int operator, int timestep) {
        return powerW.getOrDefault(key(operator, timestep), Map.of());
    }

    @Override
    public void close() {
        server.close();
    }

    private void take(HttpServerRequest request) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            request.response().setStatusCode(NOT_FOUND).end();
            return;
        }
        request.body().onSuccess(body -> {
            try {
                var taken = new HashMap<Integer, Integer>();
                for (JsonNode setpoint : json.readTree(body.getBytes()).get("setpoints")) {
                    taken.put(
                            setpoint.get("chargePoint").asInt(),
                            setpoint.get("powerW").asInt());
                }
                powerW.put(key(Integer.parseInt(path.group(1)), Integer.parseInt(path.group(2))), taken);
                request.response().end(json.writeValueAsString(Map.of("applied", List.copyOf(taken.keySet()))));
            } catch (IOException e) {
                request.response().setStatusCode(BAD_REQUEST).end(String.valueOf(e.getMessage()));
            }
        });
    }

    private static String key(int operator, int timestep) {
        return operator + "/" + timestep;
    }
}
