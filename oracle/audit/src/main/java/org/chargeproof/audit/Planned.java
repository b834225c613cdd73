package org.chargeproof.audit;

import org.chargeproof.protocol.plan.TimestepPlan;
import org.jspecify.annotations.Nullable;

/**
 * What became of a timestep's inputs.
 *
 * @param plan null when there is none
 * @param obstacle why there is none; empty when there is one
 * @param possible false when there can be none, wherever it is computed; true also when only this machine did not get to it
 */
record Planned(@Nullable TimestepPlan plan, String obstacle, boolean possible) {
    static Planned as(TimestepPlan plan) {
        return new Planned(plan, "", true);
    }

    static Planned impossible(String obstacle) {
        return new Planned(null, obstacle, false);
    }

    /** It ran into a bound of this machine. */
    static Planned notHere(String obstacle) {
        return new Planned(null, obstacle, true);
    }
}
