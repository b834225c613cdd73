package org.chargeproof.ocpi.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** So many requests per second, and so many at once, for each name; it remembers a bounded number of names, those heard of last. */
final class RateLimiter {
    private final double perSecond;
    private final double burst;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets;

    private static final class Bucket {
        private double tokens;
        private long nanos;
    }

    RateLimiter(double perSecond, int burst, int mostNames, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > mostNames;
            }
        };
    }

    /** Takes one; false when there is none. */
    synchronized boolean take(String name) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(name, unknown -> {
            Bucket full = new Bucket();
            full.tokens = burst;
            full.nanos = now;
            return full;
        });
        bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.nanos) * 1e-9 * perSecond);
        bucket.nanos = now;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens -= 1;
        return true;
    }
}
