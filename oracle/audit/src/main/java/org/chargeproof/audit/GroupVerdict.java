package org.chargeproof.audit;

import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one group's plan.
 *
 * @param certificate whether the plan, computed again, passed its certificate of optimality
 * @param difference where a mismatch shows first; null otherwise
 */
public record GroupVerdict(
        int group,
        Verdict verdict,
        boolean certificate,
        @Nullable Difference difference) {}
