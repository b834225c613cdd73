package org.chargeproof.oracle;

import java.util.function.UnaryOperator;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.plan.TimestepPlan;

/**
 * Where somebody can look into, or tamper with, an oracle: for the demonstration's dishonest operators, and for tests.
 *
 * @param plan given what was computed, what is posted and attested in its place
 * @param settlement the same for bills
 * @param phases told of every phase
 */
public record Instrumentation(
        UnaryOperator<TimestepPlan> plan, UnaryOperator<Settlement> settlement, PhaseListener phases) {
    /** Where bills are left alone. */
    public Instrumentation(UnaryOperator<TimestepPlan> plan, PhaseListener phases) {
        this(plan, UnaryOperator.identity(), phases);
    }

    /** An honest oracle that nobody watches. */
    public static Instrumentation none() {
        return new Instrumentation(UnaryOperator.identity(), (phase, timestep) -> {});
    }
}
