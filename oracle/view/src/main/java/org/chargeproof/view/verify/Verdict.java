package org.chargeproof.view.verify;

import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/**
 * What this node thinks of a posted plan, after computing it again.
 *
 * @param timestep that the plan is for
 * @param candidate number of the post among those of its timestep
 * @param operator that posted it
 * @param difference where it first departs, for a mismatch
 * @param reason why it could not be computed, for UNVERIFIED
 */
public record Verdict(
        int timestep,
        int candidate,
        int operator,
        Result result,
        @Nullable Difference difference,
        @Nullable String reason) {
    /** The three outcomes. */
    public enum Result {
        /** The same in every byte. */
        MATCH,
        /** Something else than what the inputs and the algorithm on chain lead to. */
        MISMATCH,
        /** It could not be computed again: no algorithm counted, or it failed. */
        UNVERIFIED
    }
}
