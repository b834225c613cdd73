package org.chargeproof.audit;

import org.chargeproof.protocol.plan.TimestepPlan;
import org.jspecify.annotations.Nullable;

/**
 * What became of a timestep's inputs.
 *
 * @param plan null when there is none
 * @param obstacle why there is none; empty when there is one
 */
record Planned(@Nullable TimestepPlan plan, String obstacle) {
    static Planned as(TimestepPlan plan) {
        return new Planned(plan, "");
    }

    static Planned impossible(String obstacle) {
        return new Planned(null, obstacle);
    }
}
