package org.chargeproof.view.follow;

import java.util.concurrent.atomic.AtomicLong;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.verify.Verdict;

/** Counts. */
public final class CountingMetrics implements ViewMetrics {
    final AtomicLong events = new AtomicLong();
    final AtomicLong verdicts = new AtomicLong();
    final AtomicLong errors = new AtomicLong();

    @Override
    public void event(TimestepEvent.Kind kind, boolean missed) {
        events.incrementAndGet();
    }

    @Override
    public void verdict(Verdict.Result result) {
        verdicts.incrementAndGet();
    }

    @Override
    public void replanned(long nanos) {
        // nobody asks
    }

    @Override
    public void error() {
        errors.incrementAndGet();
    }
}
