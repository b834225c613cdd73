package org.chargeproof.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams of server-sent events. Each reader has a place in the ring, and what it has not read waits there and not for it: a reader that
 * stays slow, or falls out of the ring, is cut off, and goes on by its last id.
 */
final class EventStreams {
    private static final int RECONNECT_MILLIS = 2_000;

    private final Vertx vertx;
    private final EventRing ring;
    private final ApiLimits limits;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> byCaller = new HashMap<>();
    private volatile long evicted;

    EventStreams(Vertx vertx, EventRing ring, ApiLimits limits) {
        this.vertx = vertx;
        this.ring = ring;
        this.limits = limits;
    }

    /** How many there are. */
    int open() {
        return streams.size();
    }

    /** How many readers were cut off because they were slow. */
    long evicted() {
        return evicted;
    }

    /**
     * Begins a stream.
     *
     * @param mayGoOn asked again and again: a key that was revoked ends what was begun with it
     * @throws ProblemException when there are enough
     */
    void begin(RoutingContext context, Caller caller, BooleanSupplier mayGoOn, @Nullable String lastEventId) {
        synchronized (byCaller) {
            int more = byCaller.getOrDefault(caller.name(), 0) + 1;
            if (more > limits.streamsPerCaller()) {
                throw ProblemException.later(
                        ProblemException.TOO_MANY,
                        "this caller has " + limits.streamsPerCaller() + " streams open, which is the limit. Close one",
                        10);
            }
            if (streams.size() >= limits.streams()) {
                throw ProblemException.later(
                        ProblemException.UNAVAILABLE,
                        "there are " + limits.streams() + " streams, which is the limit; try again later",
                        30);
            }
            byCaller.put(caller.name(), more);
        }
        var response = context.response();
        response.setChunked(true)
                .setWriteQueueMaxSize(limits.streamQueueBytes())
                .putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-store")
                // proxies that collect answers would collect this one for ever
                .putHeader("x-accel-buffering", "no");
        var stream = new Stream(response, caller.name(), mayGoOn);
        streams.add(stream);
        context.addEndHandler(gone -> stream.end());
        stream.start(lastEventId);
    }

    /** There is something new in the ring. */
    void published() {
        streams.forEach(stream -> stream.context.runOnContext(now -> stream.pump()));
    }

    private final class Stream {
        private final HttpServerResponse response;
        private final String caller;
        private final BooleanSupplier mayGoOn;
        private final Context context = vertx.getOrCreateContext();
        private long heartbeat;
        private long place;
        private long fullSinceNanos;
        private boolean isFull;
        private boolean ended;
        private long writtenNanos = System.nanoTime();

        Stream(HttpServerResponse response, String caller, BooleanSupplier mayGoOn) {
            this.response = response;
            this.caller = caller;
            this.mayGoOn = mayGoOn;
        }

        void start(@Nullable String lastEventId) {
            place = ring.end();
            write("retry: " + RECONNECT_MILLIS + "\n\n");
            if (lastEventId != null && !lastEventId.isEmpty()) {
                long after = ring.after(lastEventId);
                if (after < 0) {
                    write(ring.reset());
                } else {
                    place = after;
                }
            }
            int look = Math.clamp(limits.heartbeatMillis() / 4, 1, 1_000);
            heartbeat = vertx.setPeriodic(look, tick -> tick());
            response.drainHandler(drained -> pump());
            pump();
        }

        private void tick() {
            if (!ended && !mayGoOn.getAsBoolean()) {
                end();
                response.end().onFailure(gone -> {});
                return;
            }
            pump();
            if (!ended
                    && !isFull
                    && System.nanoTime() - writtenNanos >= TimeUnit.MILLISECONDS.toNanos(limits.heartbeatMillis())) {
                write(": heartbeat\n\n");
            }
        }

        private void pump() {
            while (!ended) {
                if (response.writeQueueFull()) {
                    waitOrEvict();
                    return;
                }
                isFull = false;
                if (!ring.holds(place)) {
                    evict();
                    return;
                }
                String event = ring.get(place);
                if (event == null) {
                    return;
                }
                place++;
                write(event);
            }
        }

        private void waitOrEvict() {
            if (!isFull) {
                isFull = true;
                fullSinceNanos = System.nanoTime();
            } else if (System.nanoTime() - fullSinceNanos > TimeUnit.MILLISECONDS.toNanos(limits.slowMillis())
                    || !ring.holds(place)) {
                evict();
            }
        }

        private void write(String text) {
            writtenNanos = System.nanoTime();
            response.write(text).onFailure(gone -> end());
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // on the one event loop
        private void evict() {
            evicted++;
            end();
            response.reset();
        }

        private void end() {
            if (ended) {
                return;
            }
            ended = true;
            vertx.cancelTimer(heartbeat);
            streams.remove(this);
            synchronized (byCaller) {
                byCaller.computeIfPresent(caller, (name, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
            }
        }
    }
}
