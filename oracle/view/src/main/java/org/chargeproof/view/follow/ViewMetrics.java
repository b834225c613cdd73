package org.chargeproof.view.follow;

import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.verify.Verdict;

/** What is counted while the chain is followed. Called from any thread. */
public interface ViewMetrics {
    /** A timestep event was emitted. */
    void event(TimestepEvent.Kind kind, boolean missed);

    /** A posted plan was judged. */
    void verdict(Verdict.Result result);

    /** A plan was computed again. */
    void replanned(long nanos);

    /** Following the chain failed, and is tried again. */
    void error();
}
