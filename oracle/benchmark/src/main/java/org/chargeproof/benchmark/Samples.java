package org.chargeproof.benchmark;

import java.util.Arrays;

/** Times that were measured, in nanoseconds. */
final class Samples {
    private long[] nanos = new long[1024];
    private int count;

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    /**
     * Finds a quantile.
     *
     * @param percent 50 for the median
     * @return microseconds that so many percent of the times do not exceed
     */
    double micros(int percent) {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) ((long) count * percent / 100))] / 1e3;
    }
}
