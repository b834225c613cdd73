package org.chargeproof.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** So many requests per second, and so many at once, for each name; it remembers a bounded number of names, those heard of last. */
final class RateLimiter {
    private static final int MOST_NAMES = 10_000;
    private static final double NANOS = 1e-9;

    private final double perSecond;
    private final double burst;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_NAMES;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long nanos;
    }

    RateLimiter(int perSecond, int burst, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    /** Takes one; false when there is none. */
    synchronized boolean take(String name) {
        Bucket bucket = filled(name);
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens -= 1;
        return true;
    }

    private Bucket filled(String name) {
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(name, unknown -> {
            Bucket full = new Bucket();
            full.tokens = burst;
            full.nanos = now;
            return full;
        });
        bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.nanos) * NANOS * perSecond);
        bucket.nanos = now;
        return bucket;
    }
}
