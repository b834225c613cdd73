package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.chargeproof.api.ApiKeys;
import org.chargeproof.api.ApiLimits;
import org.chargeproof.api.ApiRoutes;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.api.Role;
import org.chargeproof.ocpi.http.ConnectionGuard;
import org.chargeproof.ocpi.http.ServerLimits;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.rpc.JsonRpc;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.verify.PlanSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many reads the doors answer on a large network: {@code scripts/bench doors}. Clients are in the same process. Fails only when something was
 * not answered: speed is printed.
 */
@EnabledIfSystemProperty(named = "chargeproof.load", matches = "true", disabledReason = "load: scripts/bench doors")
class DoorsLoadTest {
    private static final int POINTS = Integer.getInteger("chargeproof.load.points", 10_000);
    private static final int TIMESTEPS = Integer.getInteger("chargeproof.load.timesteps", 365 * 96);
    private static final int OLD_SESSIONS_PER_TIMESTEP = 10;
    private static final int NEW_SESSIONS_PER_TIMESTEP = 100;
    private static final int SECONDS = Integer.getInteger("chargeproof.load.seconds", 20);
    private static final int STREAMS = 200;
    private static final int STREAMS_PER_KEY = 50;
    private static final int CONNECTIONS = 32;
    private static final ServerLimits LIMITS = new ServerLimits(0, 0, 0, 0, 0, 0, 4_096, 4_096, 10, 60);

    @TempDir
    private Path folder;

    private final Vertx serverSide = Vertx.vertx();
    private final Vertx clientSide = Vertx.vertx();
    private final HistoryChain chain =
            new HistoryChain(POINTS, TIMESTEPS, OLD_SESSIONS_PER_TIMESTEP, NEW_SESSIONS_PER_TIMESTEP);
    private final Random random = new Random(11);
    private final AtomicLong events = new AtomicLong();
    private int port;

    /** What one rate came to. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Result(String what, int asked, int failed, double perSecond, long[] micros) {
        double millis(double part) {
            return micros.length == 0 ? 0 : micros[(int) Math.min(micros.length - 1, part * micros.length)] / 1_000.0;
        }
    }

    @Test
    void answersReadsOfALargeNetwork() throws InterruptedException {
        long began = System.nanoTime();
        try (var follower = new ChainFollower(
                chain,
                null,
                folder,
                new History(672, 50_000),
                PlanSource.computingWhenAsked(),
                LogListener::none,
                new CountingMetrics())) {
            follower.start();
            follower.onBlock();
            while (follower.tracker().isEmpty() || follower.lagBlocks() > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%,d charge points, %,d sessions and %,d logs in %,d timesteps, read in %.0f s; %,d MB of heap in use%n",
                    POINTS,
                    chain.sessions(),
                    chain.logs(),
                    TIMESTEPS,
                    (System.nanoTime() - began) / 1e9,
                    usedMegabytes());
            serve(follower);
            measure(follower);
        } finally {
            serverSide.close().toCompletionStage().toCompletableFuture().join();
            clientSide.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void serve(ChainFollower follower) {
        var methods = new Methods(() -> follower, "oracle load");
        var listening = new CompletableFuture<HttpServer>();
        serverSide.getOrCreateContext().runOnContext(now -> {
            var rpc = new RpcRoute(serverSide, new JsonRpc(methods), new OracleMetrics());
            var guard = new ConnectionGuard(serverSide, LIMITS);
            var api = new ApiRoutes(
                    serverSide,
                    methods,
                    () -> "",
                    null,
                    null,
                    new ApiSettings(
                            folder.resolve(ApiSettings.KEYS_FILE),
                            true,
                            List.of(),
                            null,
                            ApiLimits.standard().withoutRates()),
                    guard::spare);
            Router router = Router.router(serverSide);
            router.route().handler(guard::requested);
            router.route("/api/v1/*").subRouter(api.router());
            router.route("/rpc").handler(context -> rpc.answer(context.request()));
            api.ready()
                    .compose(ready -> serverSide
                            .createHttpServer(ConnectionGuard.serverOptions())
                            .connectionHandler(guard::connected)
                            .requestHandler(router)
                            .listen(0, "127.0.0.1"))
                    .onSuccess(listening::complete)
                    .onFailure(listening::completeExceptionally);
        });
        port = listening.join().actualPort();
    }

    private void measure(ChainFollower follower) throws InterruptedException {
        HttpClient http = clientSide.createHttpClient(
                new HttpClientOptions().setKeepAliveTimeout(50),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(100_000));
        ask(http, "warm up", 500, 10, true);
        System.out.printf(
                "%-62s %9s %9s %7s %7s %7s %7s%n", "", "asked", "answers/s", "p50 ms", "p99 ms", "max ms", "failed");
        var results = new ArrayList<Result>();
        results.add(shown(ask(http, "one read after the other", 0, SECONDS, true)));
        results.add(shown(ask(http, "2,000 a second", 2_000, SECONDS, true)));
        openStreams();
        var living = Thread.ofPlatform().name("blocks").start(() -> {
            try {
                while (true) {
                    Thread.sleep(1_000);
                    chain.live();
                    follower.onBlock();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        long before = events.get();
        results.add(shown(
                ask(http, "2,000 a second beside " + STREAMS + " streams, a block a second", 2_000, SECONDS, true)));
        long told = events.get() - before;
        results.add(shown(ask(http, "4,000 a second, the same", 4_000, SECONDS, true)));
        results.add(shown(ask(http, "lists of 100 charge points, 200 a second, the same", 200, SECONDS, false)));
        living.interrupt();
        living.join();
        System.out.printf(
                Locale.ROOT,
                "%,d events told to %d streams in %d s; 2,000 a second with streams is %.2f of without, by p99; %,d MB of heap in use%n",
                told,
                STREAMS,
                SECONDS,
                results.get(2).millis(0.99) / results.get(1).millis(0.99),
                usedMegabytes());
        assertThat(results)
                .allSatisfy(
                        result -> assertThat(result.failed()).as(result.what()).isZero());
        assertThat(told).as("events").isPositive();
    }

    private static Result shown(Result result) {
        System.out.printf(
                Locale.ROOT,
                "%-62s %,9d %,9.0f %7.1f %7.1f %7.1f %,7d%n",
                result.what(),
                result.asked(),
                result.perSecond(),
                result.millis(0.5),
                result.millis(0.99),
                result.millis(1),
                result.failed());
        return result;
    }

    /**
     * Asks at a steady rate, whatever the answers; latency counts from when it was to be asked.
     *
     * @param perSecond 0 for one after the other
     */
    private Result ask(HttpClient http, String what, int perSecond, int seconds, boolean isMixed)
            throws InterruptedException {
        var micros = new ArrayList<Long>();
        var failed = new AtomicInteger();
        var under = new AtomicInteger();
        var loop = clientSide.getOrCreateContext();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        int asked = 0;
        while (System.nanoTime() < end) {
            long due = perSecond == 0
                    ? System.nanoTime()
                    : start + (long) (asked * (double) TimeUnit.SECONDS.toNanos(1) / perSecond);
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            if (perSecond == 0 && under.get() > 0) {
                Thread.onSpinWait();
                continue;
            }
            asked++;
            under.incrementAndGet();
            String call = isMixed ? mixed() : call("charge_chargePoints", "{\"from\":100,\"count\":100}");
            // on an event loop: elsewhere an answer may be there before anybody listens
            loop.runOnContext(now -> http.request(HttpMethod.POST, port, "127.0.0.1", "/rpc")
                    .compose(request -> request.putHeader("content-type", "application/json")
                            .send(Buffer.buffer(call)))
                    .compose(response -> response.body()
                            .map(body -> response.statusCode() == 200
                                            && body.toString().contains("\"result\"")
                                    ? ""
                                    : response.statusCode() + " " + body))
                    .otherwise(Throwable::toString)
                    .onSuccess(problem -> {
                        if (!problem.isEmpty() && failed.incrementAndGet() == 1) {
                            System.out.println("the first that failed: " + call + ": " + problem);
                        }
                        synchronized (micros) {
                            micros.add((System.nanoTime() - due) / 1_000);
                        }
                        under.decrementAndGet();
                    }));
        }
        while (under.get() > 0) {
            Thread.sleep(1);
        }
        double took = (System.nanoTime() - start) / 1e9;
        long[] sorted;
        synchronized (micros) {
            sorted = micros.stream().mapToLong(Long::longValue).toArray();
        }
        Arrays.sort(sorted);
        return new Result(what, asked, failed.get(), sorted.length / took, sorted);
    }

    /** What an app's backend asks while drivers charge. */
    private String mixed() {
        int point = random.nextInt(POINTS);
        return switch (random.nextInt(5)) {
            case 0 -> call("charge_setpoints", "[" + point + "]");
            case 1 -> call("charge_session", "[" + (chain.sessions() - random.nextInt(1_000)) + "]");
            case 2 -> call("charge_timestep", "[]");
            case 3 -> call("charge_receipt", "[" + (chain.sessions() - random.nextInt(1_000)) + "]");
            default -> call("charge_status", "[]");
        };
    }

    private static String call(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":"
                + (params.startsWith("{") ? "[" + params + "]" : params) + "}";
    }

    private void openStreams() throws InterruptedException {
        var http = clientSide.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(STREAMS));
        var keys = new ApiKeys(folder.resolve(ApiSettings.KEYS_FILE));
        var open = new AtomicInteger();
        var texts = new ArrayList<String>();
        for (int i = 0; i < STREAMS / STREAMS_PER_KEY; i++) {
            texts.add(keys.make("reader-" + i, Role.READ_ONLY, null, Instant.now(), new SecureRandom())
                    .text());
        }
        Thread.sleep(1_500);
        for (int i = 0; i < STREAMS; i++) {
            String key = texts.get(i / STREAMS_PER_KEY);
            // one after the other: more at once than the API answers at once are told to come again
            http.request(HttpMethod.GET, port, "127.0.0.1", "/api/v1/events")
                    .compose(request -> request.putHeader("x-api-key", key).send())
                    .onSuccess(response -> {
                        if (response.statusCode() == 200) {
                            open.incrementAndGet();
                            response.handler(
                                    bytes -> events.addAndGet(bytes.toString().split("\nevent:", -1).length - 1L));
                        }
                    })
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
        for (int i = 0; i < 100 && open.get() < STREAMS; i++) {
            Thread.sleep(100);
        }
        assertThat(open).as("streams that are open").hasValue(STREAMS);
    }

    private static long usedMegabytes() {
        var runtime = Runtime.getRuntime();
        System.gc();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }
}
