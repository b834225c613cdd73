package org.chargeproof.oracle;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiRoutes;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.OperatorInputs;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.ocpi.http.ConnectionGuard;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.oracle.backend.ChargePointFeed;
import org.chargeproof.oracle.backend.HttpSetpointBackend;
import org.chargeproof.oracle.backend.SetpointBackend;
import org.chargeproof.oracle.ocpi.OcpiConfig;
import org.chargeproof.oracle.ocpi.OcpiDoor;
import org.chargeproof.oracle.ocpi.OperatorKey;
import org.chargeproof.oracle.paying.VoucherPayments;
import org.chargeproof.oracle.person.DriverDesk;
import org.chargeproof.oracle.roaming.RoamingDoor;
import org.chargeproof.pages.PageRoutes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an {@link OracleNode} on a virtual thread of its own, which may block, and its {@link OracleRoutes} on the event loop, which may not. */
public final class OracleVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(OracleVerticle.class);
    /** A node that is back is to be noticed before the next gate. */
    private static final Duration MOST_RETRY_PAUSE = Duration.ofSeconds(2);

    private static final long STOP_SECONDS = 10;
    private static final int BAD_REQUEST = 400;
    /** Of connections and of the time that a request takes; doors bound the rest themselves. */
    private static final ServerLimits LIMITS = new ServerLimits(0, 0, 0, 0, 0, 0, 4_096, 4_096, 10, 60);

    private final OracleConfig config;
    private final Instrumentation instrumentation;
    private final OracleMetrics metrics = new OracleMetrics();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable OracleView view;
    private volatile @Nullable OcpiDoor ocpi;
    private volatile @Nullable RoamingDoor roaming;
    private volatile @Nullable ApiRoutes api;
    private volatile @Nullable DriverDesk drivers;
    private volatile @Nullable VoucherPayments payments;
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
                    var seen = view;
                    var routes = new OracleRoutes(
                            vertx,
                            opened,
                            seen == null || !config.chargeRpc() ? null : new RpcRoute(vertx, seen.rpc(), metrics),
                            metrics);
                    var guard = new ConnectionGuard(vertx, LIMITS);
                    Router router = Router.router(vertx);
                    router.route().handler(guard::requested);
                    var door = ocpi;
                    if (door != null) {
                        door.mount(router);
                    }
                    var providers = roaming;
                    if (providers != null) {
                        providers.mount(router);
                    }
                    var settings = config.api();
                    if (settings != null && seen != null) {
                        mountApi(router, guard, settings, seen, opened.inputs());
                        new PageRoutes().mount(router);
                    }
                    routes.mount(router, () -> stopped.getCount() > 0, () -> problems(opened));
                    Thread.ofVirtual().name("oracle").start(() -> run(opened));
                    var tls = config.tls();
                    var options = ConnectionGuard.serverOptions();
                    return vertx.createHttpServer(tls == null ? options : tls.addTo(options))
                            .connectionHandler(guard::connected)
                            .invalidRequestHandler(ApiRoutes::answerInvalid)
                            .requestHandler(router)
                            .listen(config.httpPort(), config.httpHost());
                })
                .onSuccess(server -> {
                    port = server.actualPort();
                    String url = config.scheme() + "://" + config.httpHost() + ":" + port;
                    var door = ocpi;
                    if (door != null) {
                        door.listensAt(url);
                    }
                    var providers = roaming;
                    if (providers != null) {
                        providers.listensAt(url);
                    }
                });
    }

    private void mountApi(
            Router router,
            ConnectionGuard guard,
            ApiSettings settings,
            OracleView seen,
            @Nullable OperatorInputs inputs) {
        var routes = new ApiRoutes(vertx, seen.methods(), seen::problem, inputs, drivers, settings, guard::spare);
        api = routes;
        router.route("/api/v1/*").subRouter(routes.router());
        // what no route is asked about, such as paths that cannot be decoded
        router.errorHandler(BAD_REQUEST, routes::answerFailure);
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
        SetpointBackend backend = url == null ? null : new HttpSetpointBackend(vertx, url);
        ChargePointFeed feed = null;
        if (config.ocpi() != null) {
            var door = new OcpiDoor(vertx, config.ocpi(), OperatorKey.open(config.dataFolder()), metrics::profile);
            ocpi = door;
            feed = door.feed();
            backend = backend == null ? door.backend() : backend;
        }
        var opened = new OracleNode(config, network, backend, feed, metrics, instrumentation);
        OcpiConfig providers = config.roaming();
        if (config.chargeRpc() || config.api() != null || providers != null || config.paying() != null) {
            var seen = new OracleView(
                    network, config.dataFolder(), opened::head, opened::computed, opened::computedBills, metrics);
            view = seen;
            try {
                drivers = openDrivers(seen);
                payments = openPayments(seen);
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
            if (providers != null) {
                var blocks = new NodeBlockSource(network);
                roaming = new RoamingDoor(
                        vertx,
                        providers,
                        seen.methods(),
                        () -> opened.status().operator(),
                        block -> blocks.header(block).timestampSeconds(),
                        OperatorKey.open(config.dataFolder()));
            }
        }
        return opened;
    }

    private @Nullable DriverDesk openDrivers(OracleView seen) {
        var persons = config.persons();
        var settings = config.api();
        return persons == null || settings == null
                ? null
                : DriverDesk.open(
                        persons,
                        LedgerClient.connect(config.rpcUrl(), config.rpcToken()),
                        config.contract(),
                        new ApiKeys(settings.keys()),
                        seen.methods(),
                        seen::problem);
    }

    private @Nullable VoucherPayments openPayments(OracleView seen) {
        var paying = config.paying();
        if (paying == null) {
            return null;
        }
        var persons = config.persons();
        var desk = drivers;
        return VoucherPayments.open(
                paying,
                LedgerClient.connect(config.rpcUrl(), config.rpcToken()),
                config.contract(),
                (persons == null ? config.signer() : persons.provider()).address(),
                seen.methods(),
                seen::problem,
                session -> {
                    if (desk != null) {
                        desk.endUnpaid(session);
                    }
                },
                metrics.vouchers::increment);
    }

    private void run(OracleNode running) {
        long pauseMillis = config.pollMillis();
        var seen = view;
        var door = ocpi;
        var providers = roaming;
        var routes = api;
        var desk = drivers;
        var paid = payments;
        try (running;
                seen;
                desk;
                paid;
                door;
                providers;
                routes) {
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

    /** What is wrong, by the part that is to blame; empty when nothing is. Waits for nothing. */
    private SequencedMap<String, String> problems(OracleNode running) {
        var problems = new LinkedHashMap<String, String>();
        if (stopped.getCount() == 0) {
            problems.put("oracle", "the oracle has stopped. Its log says why; start it again");
            return problems;
        }
        problems.putAll(running.problems());
        var seen = view;
        // behind a node that does not answer nobody is behind
        if (running.head() == null && problems.isEmpty()) {
            problems.put("oracle", "the oracle has not read the ledger yet");
        } else if (seen != null && !problems.containsKey("node")) {
            problems.put("view", seen.problem());
        }
        var door = ocpi;
        if (door != null) {
            problems.putIfAbsent("backend", door.problem());
        }
        var desk = drivers;
        if (desk != null) {
            problems.put("database", desk.problem());
        }
        problems.values().removeIf(String::isEmpty);
        return problems;
    }
}
