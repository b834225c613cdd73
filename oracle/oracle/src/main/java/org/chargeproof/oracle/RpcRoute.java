package org.chargeproof.oracle;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chargeproof.view.rpc.JsonRpc;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /rpc}: reads a request, for so long and so much of it, and has it answered by threads that are there for nothing else.
 * Called on the event loop.
 */
final class RpcRoute {
    static final int MOST_BODY_BYTES = 256 << 10;
    static final long BODY_MILLIS = 5_000;
    /** Being read, waiting or answered. */
    static final int MOST_REQUESTS = 64;

    private static final int THREADS = 2;
    private static final long MOST_THREAD_SECONDS = 60;
    /** Who still sends when it has its answer already may hear it before the line is cut. */
    private static final long LINGER_MILLIS = 1_000;

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TIMEOUT = 408;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED_TYPE = 415;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final JsonRpc rpc;
    private final OracleMetrics metrics;
    private final WorkerExecutor threads;
    private int requests;

    RpcRoute(Vertx vertx, JsonRpc rpc, OracleMetrics metrics) {
        this.vertx = vertx;
        this.rpc = rpc;
        this.metrics = metrics;
        this.threads = vertx.createSharedWorkerExecutor("charge-rpc", THREADS, MOST_THREAD_SECONDS, TimeUnit.SECONDS);
    }

    void answer(HttpServerRequest request) {
        metrics.rpcRequests.increment();
        if (!request.method().equals(HttpMethod.POST)) {
            request.response().putHeader("allow", "POST");
            refuse(request, METHOD_NOT_ALLOWED, JsonRpc.refusal(request.method() + " /rpc; it must be POST"));
        } else if (!isJson(request.getHeader("content-type"))) {
            // also keeps pages of other sites from asking through a reader's browser
            refuse(request, UNSUPPORTED_TYPE, JsonRpc.refusal("the content-type must be application/json"));
        } else if (requests >= MOST_REQUESTS) {
            refuse(
                    request,
                    UNAVAILABLE,
                    JsonRpc.busy(MOST_REQUESTS + " requests are being answered; try again in a moment"));
        } else {
            new Exchange(request).read();
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    private void refuse(HttpServerRequest request, int status, byte[] answer) {
        metrics.rpcRefusals.increment();
        request.handler(rest -> {});
        request.exceptionHandler(gone -> {});
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .putHeader("connection", "close")
                .end(Buffer.buffer(answer));
        long cut = vertx.setTimer(LINGER_MILLIS, id -> request.connection().close());
        request.endHandler(all -> {
            vertx.cancelTimer(cut);
            request.connection().close();
        });
    }

    /** One request, from its first byte to the last of its answer. */
    private final class Exchange {
        private final HttpServerRequest request;
        private final long startNanos = System.nanoTime();
        private final Buffer body = Buffer.buffer();
        private long timer;
        private boolean over;

        Exchange(HttpServerRequest request) {
            this.request = request;
            requests++;
        }

        void read() {
            timer = vertx.setTimer(
                    BODY_MILLIS, id -> refuse(TIMEOUT, "the request was not there within " + BODY_MILLIS + " ms"));
            request.exceptionHandler(gone -> end());
            request.response().exceptionHandler(gone -> end()).closeHandler(gone -> end());
            request.handler(chunk -> {
                if (body.length() + chunk.length() > MOST_BODY_BYTES) {
                    refuse(TOO_LARGE, "the request has more than " + MOST_BODY_BYTES + " bytes. Send several.");
                } else {
                    body.appendBuffer(chunk);
                }
            });
            request.endHandler(all -> call());
        }

        private void call() {
            vertx.cancelTimer(timer);
            threads.executeBlocking(() -> rpc.answer(body.getBytes(), startNanos), false)
                    .onComplete(answered -> {
                        if (over) {
                            return;
                        }
                        var response = request.response().putHeader("content-type", "application/json");
                        if (answered.failed()) {
                            response.setStatusCode(FAILED).end();
                            end();
                            return;
                        }
                        byte[] answer = answered.result();
                        response.setStatusCode(answer.length == 0 ? NO_CONTENT : OK);
                        // it takes memory until it is sent
                        response.end(Buffer.buffer(answer)).onComplete(sent -> end());
                    });
        }

        private void refuse(int status, String message) {
            if (!over) {
                end();
                RpcRoute.this.refuse(request, status, JsonRpc.refusal(message));
            }
        }

        private void end() {
            if (!over) {
                over = true;
                requests--;
                vertx.cancelTimer(timer);
            }
        }
    }
}
