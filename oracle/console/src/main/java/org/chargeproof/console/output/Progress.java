package org.chargeproof.console.output;

import java.util.concurrent.atomic.AtomicLong;

/** A bar on standard error while something long goes on; nothing where nobody looks at a terminal. Thread-safe. */
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 40;
    private static final long EVERY_NANOS = 200_000_000;

    private final String what;
    private final long total;
    private final boolean shown = Terminal.isThere();
    private final long start = System.nanoTime();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong next = new AtomicLong(start);

    /**
     * Begins at nothing.
     *
     * @param what is counted, in the plural
     */
    public Progress(String what, long total) {
        this.what = what;
        this.total = Math.max(1, total);
    }

    /** Says that so many more are done. */
    public void add(int more) {
        long now = System.nanoTime();
        long soFar = done.addAndGet(more);
        long due = next.get();
        if (shown && now - due >= 0 && next.compareAndSet(due, now + EVERY_NANOS)) {
            int filled = (int) (WIDTH * soFar / total);
            double left = (now - start) / 1e9 * (total - soFar) / Math.max(1, soFar);
            System.err.printf(
                    "\r[%s%s] %,d of %,d %s, %.0f s left   ",
                    "#".repeat(filled), ".".repeat(WIDTH - filled), soFar, total, what, left);
        }
    }

    /** Removes the bar. */
    @Override
    public void close() {
        if (shown) {
            System.err.print("\r" + " ".repeat(WIDTH + 60) + "\r");
        }
    }
}
