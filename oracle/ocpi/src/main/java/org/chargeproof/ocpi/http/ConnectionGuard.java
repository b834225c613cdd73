package org.chargeproof.ocpi.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what connections to a server hold: how many there are, of all and from one address, how long one may be silent before a request,
 * and how long a request may take. Its options bound lines, headers and chunks.
 */
public final class ConnectionGuard {
    private static final int MOST_LINE_BYTES = 4096;
    private static final int MOST_HEADER_BYTES = 16 << 10;
    private static final int MOST_CHUNK_BYTES = 16 << 10;
    private static final int IDLE_SECONDS = 60;
    private static final String CUT = "org.chargeproof.ocpi.cut";

    private final Vertx vertx;
    private final ServerLimits limits;
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, Integer> connectionsByAddress = new ConcurrentHashMap<>();
    /** The timers of connections whose next request has not come. */
    private final Map<HttpConnection, Long> waiting = new ConcurrentHashMap<>();

    /** Bounds the connections of one server. */
    public ConnectionGuard(Vertx vertx, ServerLimits limits) {
        this.vertx = vertx;
        this.limits = limits;
    }

    /** HTTP/1.1 alone: a refused request ends its connection, and no other one's. */
    public static HttpServerOptions serverOptions() {
        return new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxChunkSize(MOST_CHUNK_BYTES);
    }

    /** A connection has come: the server's connection handler. */
    public void connected(HttpConnection connection) {
        String address = address(connection.remoteAddress());
        boolean isRoom = connections.incrementAndGet() <= limits.connections();
        boolean isShare = Counts.more(connectionsByAddress, address) <= limits.connectionsPerAddress();
        connection.closeHandler(closed -> {
            connections.decrementAndGet();
            Counts.less(connectionsByAddress, address);
            stopWaiting(connection);
        });
        if (isRoom && isShare) {
            waitForRequest(connection, limits.headSeconds());
        } else {
            connection.close();
        }
    }

    /** The head of a request has come: the first handler of a router. */
    public void requested(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        stopWaiting(connection);
        long cut = vertx.setTimer(TimeUnit.SECONDS.toMillis(limits.requestSeconds()), late -> connection.close());
        context.put(CUT, cut);
        context.addEndHandler(ended -> {
            vertx.cancelTimer(cut);
            waitForRequest(connection, limits.requestSeconds());
        });
        context.next();
    }

    /** The answer of this request has no end: it may take as long as it is read. */
    public void spare(RoutingContext context) {
        if (context.get(CUT) instanceof Long cut) {
            vertx.cancelTimer(cut);
        }
    }

    /** The idle timeout begins anew with every byte; this does not. */
    private void waitForRequest(HttpConnection connection, int seconds) {
        stopWaiting(connection);
        waiting.put(connection, vertx.setTimer(TimeUnit.SECONDS.toMillis(seconds), late -> {
            waiting.remove(connection);
            connection.close();
        }));
    }

    private void stopWaiting(HttpConnection connection) {
        Long timer = waiting.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    static String address(@Nullable SocketAddress remote) {
        String address = remote == null ? null : remote.hostAddress();
        return address == null ? "" : address;
    }
}
