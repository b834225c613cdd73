package org.chargeproof.view.verify;

import org.chargeproof.protocol.plan.TimestepPlan;
import org.jspecify.annotations.Nullable;

/** When a view has its own plan of a timestep, and from whom. */
@FunctionalInterface
public interface PlanSource {
    /**
     * What somebody in this process has computed from the same chain already, so that it need not be computed again; null when
     * nobody has.
     *
     * @param timestep whose gate has closed
     */
    @Nullable
    TimestepPlan computed(int timestep);

    /** Whether a plan that nobody has is computed when the gate closes, and not only when one is posted or asked for. */
    default boolean atOnce() {
        return false;
    }

    /** Computed by the view itself, as soon as a gate has closed. */
    static PlanSource computingAtOnce() {
        return new PlanSource() {
            @Override
            public @Nullable TimestepPlan computed(int timestep) {
                return null;
            }

            @Override
            public boolean atOnce() {
                return true;
            }
        };
    }

    /** Computed by the view itself, when somebody asks. */
    static PlanSource computingWhenAsked() {
        return timestep -> null;
    }
}
