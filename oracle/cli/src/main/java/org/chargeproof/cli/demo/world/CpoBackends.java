package org.chargeproof.cli.demo.world;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.jspecify.annotations.Nullable;

/** Systems that take setpoints in our own form ({@code PUT .../setpoints/TIMESTEP}), for their charge points to follow. */
public final class CpoBackends implements Backends {
    private static final Pattern PATH = Pattern.compile("/operators/(\\d+)/setpoints/(\\d+)");
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final ObjectMapper json = new ObjectMapper();
    private final LongSupplier nowSeconds;
    private final HttpServer server;
    private final Map<Integer, Stations> stations = new ConcurrentHashMap<>();

    /** @param nowSeconds block time, unix seconds */
    public CpoBackends(Vertx vertx, LongSupplier nowSeconds) {
        this.nowSeconds = nowSeconds;
        this.server = vertx.createHttpServer()
                .requestHandler(this::take)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Where an operator's oracle hands setpoints over. */
    public String url(int operator) {
        return "http://127.0.0.1:" + server.actualPort() + "/operators/" + operator;
    }

    @Override
    public List<String> oracleOptions(int operator) {
        return List.of("--backend", url(operator));
    }

    @Override
    public int energyWh(int operator, int point, long startSeconds, long endSeconds, int stepsPerHour) {
        return stations(operator).energyWh(point, startSeconds, endSeconds, stepsPerHour);
    }

    @Override
    public @Nullable Source source(int operator, int timestep) {
        return stations(operator).source(timestep);
    }

    /** An operator's charge points. */
    public Stations stations(int operator) {
        return stations.computeIfAbsent(operator, o -> new Stations());
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
                var setpoints = json.readValue(body.getBytes(), TimestepSetpoints.class);
                stations(Integer.parseInt(path.group(1))).take(setpoints, nowSeconds.getAsLong());
                var applied = setpoints.setpoints().stream()
                        .map(Setpoint::chargePoint)
                        .toList();
                request.response().end(json.writeValueAsString(Map.of("applied", applied)));
            } catch (IOException e) {
                request.response().setStatusCode(BAD_REQUEST).end(String.valueOf(e.getMessage()));
            }
        });
    }
}
