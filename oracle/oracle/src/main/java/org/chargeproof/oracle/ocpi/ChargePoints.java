package org.chargeproof.oracle.ocpi;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.chargeproof.oracle.backend.ChargePointFeed.Point;
import org.jspecify.annotations.Nullable;

/** The operator's charge points as the oracle has read them last, for threads that must not touch the oracle's state. */
final class ChargePoints {
    private volatile Known known = new Known(List.of(), Map.of(), Map.of(), 0);

    private final CountDownLatch read = new CountDownLatch(1);

    private record Known(List<Point> points, Map<Integer, Point> byId, Map<String, Point> byEvseId, long nowSeconds) {}

    /** Waits until the oracle has read the ledger. */
    void awaitKnown() throws InterruptedException {
        read.await();
    }

    void follow(List<Point> points, long nowSeconds) {
        take(points, nowSeconds);
        read.countDown();
    }

    private void take(List<Point> points, long nowSeconds) {
        Known before = known;
        if (points.equals(before.points())) {
            known = new Known(before.points(), before.byId(), before.byEvseId(), nowSeconds);
            return;
        }
        Map<Integer, Point> byId = new HashMap<>();
        Map<String, Point> byEvseId = new HashMap<>();
        points.forEach(point -> {
            byId.put(point.id(), point);
            byEvseId.put(name(point.evseId()), point);
        });
        known = new Known(List.copyOf(points), byId, byEvseId, nowSeconds);
    }

    /** Whether the oracle has read the ledger. */
    boolean isKnown() {
        return known.nowSeconds() > 0;
    }

    /** Time of the newest block, unix seconds. */
    long nowSeconds() {
        return known.nowSeconds();
    }

    @Nullable
    Point byId(int id) {
        return known.byId().get(id);
    }

    @Nullable
    Point byEvseId(String evseId) {
        return known.byEvseId().get(name(evseId));
    }

    /** eMI3 allows the same id with and without separators, and does not distinguish case. */
    private static String name(String evseId) {
        return evseId.replace("*", "").toUpperCase(Locale.ROOT);
    }
}
