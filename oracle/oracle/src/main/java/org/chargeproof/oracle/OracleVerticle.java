package org.chargeproof.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chargeproof.ledger.BillJson;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an {@link OracleNode} on a virtual thread of its own, which may block, and serves health, metrics and status on the
 * event loop, which may not: {@code /health/live}, {@code /health/ready}, {@code /metrics}, {@code /status}, {@code /bills/SESSION}, {@code /rpc}.
 */
public final class OracleVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(OracleVerticle.class);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final String BILLS = "/bills/";
    /** Each reads a file, one after the other. */
    private static final int MOST_BILL_REQUESTS = 16;

    private static final int UNAVAILABLE = 503;
    private static final Duration MOST_RETRY_PAUSE = Duration.ofSeconds(10);
    private static final long STOP_SECONDS = 10;
    private static final int IDLE_SECONDS = 60;

    private final OracleConfig config;
    private final Instrumentation instrumentation;
    private final OracleMetrics metrics = new OracleMetrics();
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger billRequests = new AtomicInteger();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable OracleNode node;
    private volatile @Nullable OracleView view;
    private @Nullable RpcRoute rpc;
    private volatile int port;
    private volatile boolean failed;

    public OracleVerticle(OracleConfig config, Instrumentation instrumentation) {
        this.config = config;
        this.instrumentation = instrumentation;
    }

    /** The port that health, metrics and status are served on, once deployed. */
    public int port() {
        return port;
    }

    /**
     * Waits until the oracle has ended.
     *
     * @return whether it ended in order, and not by an error that it could not get over
     */
    public boolean awaitEnd() throws InterruptedException {
        stopped.await();
        return !failed;
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(this::open)
                .compose(opened -> {
                    node = opened;
                    var seen = view;
                    rpc = seen == null ? null : new RpcRoute(vertx, seen.rpc(), metrics);
                    Thread.ofVirtual().name("oracle").start(() -> run(opened));
                    return vertx.createHttpServer(serverOptions())
                            .requestHandler(this::answer)
                            .listen(config.httpPort(), config.httpHost());
                })
                .onSuccess(server -> port = server.actualPort());
    }

    /** HTTP/1.1 alone: a refused request ends its connection, and no other one's. */
    static HttpServerOptions serverOptions() {
        return new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHttp2ClearTextEnabled(false);
    }

    @Override
    public Future<?> stop() {
        stop.countDown();
        return vertx.executeBlocking(() -> {
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the oracle did not come to rest within {} s", STOP_SECONDS);
            }
            return null;
        });
    }

    private OracleNode open() {
        LedgerClient client = LedgerClient.connect(config.rpcUrl(), config.rpcToken());
        Network network = Network.discover(client, config.contract());
        String url = config.backendUrl();
        var backend = url == null ? null : new HttpSetpointBackend(vertx, url);
        var opened = new OracleNode(config, network, backend, metrics, instrumentation);
        if (config.chargeRpc()) {
            view = new OracleView(
                    network, config.dataFolder(), opened::head, opened::computed, opened::computedBills, metrics);
        }
        return opened;
    }

    private void run(OracleNode running) {
        long pauseMillis = config.pollMillis();
        var seen = view;
        try (running;
                seen) {
            while (!stop.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                try {
                    running.tick();
                    if (seen != null) {
                        seen.follow();
                    }
                    if (pauseMillis != config.pollMillis()) {
                        LOG.info("the node answers again");
                    }
                    pauseMillis = config.pollMillis();
                } catch (LedgerException | RpcErrorException e) {
                    // a node that restarts is nothing special; say it once, look again less and less often
                    if (pauseMillis == config.pollMillis()) {
                        LOG.warn("{}", e.getMessage());
                    }
                    running.report(e);
                    pauseMillis = Math.min(2 * pauseMillis, MOST_RETRY_PAUSE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            failed = true;
            LOG.error("the oracle stops: this should not happen", e);
        } finally {
            stopped.countDown();
        }
    }

    private void answer(HttpServerRequest request) {
        var current = node;
        var status = current == null ? null : current.status();
        boolean alive = stopped.getCount() > 0;
        switch (request.path()) {
            case "/health/live" -> answer(request, alive ? OK : UNAVAILABLE, alive ? "live\n" : "stopped\n");
            case "/health/ready" -> {
                String problem = alive ? problem(status) : "the oracle has stopped";
                boolean ready = problem.isEmpty();
                answer(request, ready ? OK : UNAVAILABLE, ready ? "ready\n" : "not ready: " + problem + "\n");
            }
            case "/metrics" -> answer(request, OK, metrics.scrape());
            case "/status" -> {
                try {
                    request.response().putHeader("content-type", "application/json");
                    answer(request, OK, json.writeValueAsString(status == null ? Map.of() : status));
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                }
            }
            case "/rpc" -> {
                var answering = rpc;
                if (answering == null) {
                    answer(request, NOT_FOUND, "This oracle runs with --no-charge-rpc.\n");
                } else {
                    answering.answer(request);
                }
            }
            default -> {
                if (request.path().startsWith(BILLS)) {
                    bill(request, current);
                } else {
                    answer(
                            request,
                            NOT_FOUND,
                            "There is /health/live, /health/ready, /metrics, /status, /bills/SESSION and /rpc.\n");
                }
            }
        }
    }

    /** A session's bill as this oracle has computed it, with its path: whether it is final, the contract says. */
    private void bill(HttpServerRequest request, @Nullable OracleNode running) {
        String session = request.path().substring(BILLS.length());
        if (!session.matches("[0-9]{1,9}")) {
            answer(request, BAD_REQUEST, "/bills/SESSION takes a session's number, of up to 9 digits.\n");
            return;
        }
        if (running == null) {
            answer(request, UNAVAILABLE, "the oracle is starting\n");
            return;
        }
        if (billRequests.incrementAndGet() > MOST_BILL_REQUESTS) {
            billRequests.decrementAndGet();
            answer(
                    request,
                    UNAVAILABLE,
                    "more than " + MOST_BILL_REQUESTS + " bills are asked for at once; ask again in a moment\n");
            return;
        }
        vertx.executeBlocking(() -> running.bill(Integer.parseInt(session))
                        .map(place -> BillJson.of(place.settlement(), place.index())))
                .onComplete(done -> billRequests.decrementAndGet())
                .onSuccess(found -> {
                    if (found.isEmpty()) {
                        answer(
                                request,
                                NOT_FOUND,
                                "This oracle has computed no bill of session " + session
                                        + ". It is billed some timesteps after its end; 'chargeproof bill' computes it anywhere.\n");
                    } else {
                        request.response().putHeader("content-type", "application/json");
                        answer(request, OK, found.get().toString());
                    }
                })
                .onFailure(e -> {
                    LOG.warn("a bill cannot be read: {}", e.toString());
                    answer(request, UNAVAILABLE, "the bills cannot be read now\n");
                });
    }

    /** What keeps it from its work, empty if nothing. */
    private String problem(@Nullable OracleStatus status) {
        if (status == null || (status.block() == 0 && status.error().isEmpty())) {
            return "the oracle has not read the ledger yet";
        }
        var seen = view;
        return status.error().isEmpty() && seen != null ? seen.problem() : status.error();
    }

    private static void answer(HttpServerRequest request, int code, String text) {
        request.response().setStatusCode(code).end(text);
    }
}
