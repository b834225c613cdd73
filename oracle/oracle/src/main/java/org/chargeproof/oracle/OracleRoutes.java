package org.chargeproof.oracle;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.chargeproof.ledger.BillJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an oracle's server answers by itself: {@code /health}, {@code /health/live}, {@code /health/ready}, {@code /metrics}, {@code
 * /status}, {@code /bills/SESSION}, {@code /rpc}.
 */
final class OracleRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(OracleRoutes.class);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    /** Parts without which an oracle does its work: a proxy that asks for readiness is not to take that away, too. */
    private static final Set<String> WORKS_WITHOUT = Set.of("database");

    /** Each reads a file, one after the other. */
    private static final int MOST_BILL_REQUESTS = 16;

    private final Vertx vertx;
    private final OracleNode node;
    private final @Nullable RpcRoute rpc;
    private final OracleMetrics metrics;
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger billRequests = new AtomicInteger();

    /** @param rpc null when {@code charge_...} is not answered */
    OracleRoutes(Vertx vertx, OracleNode node, @Nullable RpcRoute rpc, OracleMetrics metrics) {
        this.vertx = vertx;
        this.node = node;
        this.rpc = rpc;
        this.metrics = metrics;
    }

    /**
     * Adds the routes, and an answer for what nobody has a route for: others are added before.
     *
     * @param isLive whether the oracle runs
     * @param problems what is wrong, by the part that is to blame
     */
    void mount(Router router, BooleanSupplier isLive, Supplier<SequencedMap<String, String>> problems) {
        router.route("/health").handler(context -> health(context, problems.get()));
        router.route("/health/live").handler(context -> {
            boolean alive = isLive.getAsBoolean();
            answer(context, alive ? OK : UNAVAILABLE, alive ? "live\n" : "stopped\n");
        });
        router.route("/health/ready").handler(context -> ready(context, problems.get()));
        router.route("/metrics").handler(context -> answer(context, OK, metrics.scrape()));
        router.route("/status").handler(this::status);
        router.route("/rpc").handler(this::rpc);
        router.route("/bills/:session").handler(this::bill);
        router.route()
                .last()
                .handler(
                        context -> answer(
                                context,
                                NOT_FOUND,
                                "There is /health, /health/live, /health/ready, /metrics, /status, /bills/SESSION and /rpc.\n"));
    }

    private void health(RoutingContext context, SequencedMap<String, String> problems) {
        var said = new LinkedHashMap<String, Object>();
        said.put("ready", isReady(problems));
        said.put("problems", problems);
        answerJson(context, problems.isEmpty() ? OK : UNAVAILABLE, said);
    }

    private static void ready(RoutingContext context, SequencedMap<String, String> problems) {
        boolean ready = isReady(problems);
        String lines = problems.values().stream()
                .map(each -> (ready ? "ready, but " : "not ready: ") + each + "\n")
                .collect(joining());
        answer(context, ready ? OK : UNAVAILABLE, lines.isEmpty() ? "ready\n" : lines);
    }

    private static boolean isReady(SequencedMap<String, String> problems) {
        return WORKS_WITHOUT.containsAll(problems.keySet());
    }

    private void status(RoutingContext context) {
        answerJson(context, OK, node.status());
    }

    private void answerJson(RoutingContext context, int code, Object said) {
        try {
            context.response().putHeader("content-type", "application/json");
            answer(context, code, json.writeValueAsString(said));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void rpc(RoutingContext context) {
        if (rpc == null) {
            answer(context, NOT_FOUND, "This oracle runs with --no-charge-rpc.\n");
        } else {
            rpc.answer(context.request());
        }
    }

    /** A session's bill as this oracle has computed it, with its path: whether it is final, the contract says. */
    private void bill(RoutingContext context) {
        String session = context.pathParam("session");
        if (!session.matches("[0-9]{1,9}")) {
            answer(context, BAD_REQUEST, "/bills/SESSION takes a session's number, of up to 9 digits.\n");
            return;
        }
        if (billRequests.incrementAndGet() > MOST_BILL_REQUESTS) {
            billRequests.decrementAndGet();
            answer(
                    context,
                    UNAVAILABLE,
                    "more than " + MOST_BILL_REQUESTS + " bills are asked for at once; ask again in a moment\n");
            return;
        }
        vertx.executeBlocking(() -> node.bill(Integer.parseInt(session))
                        .map(place -> BillJson.of(place.settlement(), place.index())))
                .onComplete(done -> billRequests.decrementAndGet())
                .onSuccess(found -> {
                    if (found.isEmpty()) {
                        answer(
                                context,
                                NOT_FOUND,
                                "This oracle has computed no bill of session " + session
                                        + ". It is billed some timesteps after its end; 'chargeproof bill' computes it anywhere.\n");
                    } else {
                        context.response().putHeader("content-type", "application/json");
                        answer(context, OK, found.get().toString());
                    }
                })
                .onFailure(e -> {
                    LOG.warn("a bill cannot be read: {}", e.toString());
                    answer(context, UNAVAILABLE, "the bills cannot be read now\n");
                });
    }

    private static void answer(RoutingContext context, int code, String text) {
        context.response().setStatusCode(code).end(text);
    }
}
