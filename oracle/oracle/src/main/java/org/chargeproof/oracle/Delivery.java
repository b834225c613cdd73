package org.chargeproof.oracle;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Supplier;
import org.chargeproof.contracts.Plans;
import org.chargeproof.oracle.PhaseListener.Phase;
import org.chargeproof.oracle.SetpointBackend.TimestepSetpoints;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/** Decides what each timestep gives the operator's own charge points, hands it over, and puts on record what was taken. */
final class Delivery implements AutoCloseable {
    private final Plans contract;
    private final NetworkParameters parameters;
    private final Supplier<LedgerState> state;
    private final Membership membership;
    private final OwnPlans own;
    private final SetpointHandover handover;
    private final LedgerWriter writer;
    /** What the running timestep gives when it began without a final plan; null when it has one, or is not known. */
    private @Nullable TimestepSetpoints fallback;

    Delivery(
            Plans contract,
            NetworkParameters parameters,
            Supplier<LedgerState> state,
            Membership membership,
            OwnPlans own,
            SetpointHandover handover,
            LedgerWriter writer) {
        this.contract = contract;
        this.parameters = parameters;
        this.state = state;
        this.membership = membership;
        this.own = own;
        this.handover = handover;
        this.writer = writer;
    }

    /**
     * A timestep has begun. A plan that is not final before its timestep can never become final: see Plans.attest.
     *
     * @param stateAtStart folded up to the last block before the timestep, and no further
     */
    void begin(int timestep, LedgerState stateAtStart, BlockHeader head) {
        boolean isOver = timestep != parameters.timestepAt(head.timestampSeconds());
        boolean isPlanned = stateAtStart.planRecord(timestep).finalPost() != null;
        int operator = membership.operator();
        fallback = isOver || isPlanned || operator == 0 ? null : handover.ofFallback(timestep, stateAtStart, operator);
    }

    /** Starts to hand a timestep's setpoints over, when they are known and were not taken yet. */
    void handOver(int timestep, BlockHeader head) {
        int operator = membership.operator();
        if (operator == 0 || writer.knows(purpose(timestep))) {
            return;
        }
        PlanPosted post = state.get().planRecord(timestep).finalPost();
        var withoutPlan = fallback;
        if (post != null) {
            var plan = own.of(timestep);
            // periods stand in the groups' plans, whose root the quorum attested
            var posted = plan != null && plan.commitment().plansRoot().equals(post.plansRoot()) ? plan : null;
            handover.start(timestep, head.number(), () -> handover.ofPlan(post, posted, state.get(), operator));
        } else if (withoutPlan != null && withoutPlan.timestep() == timestep) {
            handover.start(timestep, head.number(), () -> withoutPlan);
        }
    }

    /** Puts on record what the backend took over; what it did not answer is handed over again with the next block. */
    void recordApplied(int now, BlockHeader head) {
        for (var answer = handover.poll(); answer.isPresent(); answer = handover.poll()) {
            int timestep = answer.get().timestep();
            // a timestep that is over takes no record any more
            answer.get().applied().filter(applied -> timestep >= now).ifPresent(chargePoints -> {
                writer.enter(Phase.HANDED_OVER, timestep);
                writer.send(
                        purpose(timestep),
                        contract.recordApplied(BigInteger.valueOf(timestep), bitmap(chargePoints)),
                        head.number(),
                        timestep,
                        Phase.APPLIED_SIGNED,
                        Phase.APPLIED_SENT);
            });
        }
    }

    /** Whether an answer of the backend waits to be put on record. */
    boolean hasAnswers() {
        return handover.hasAnswers();
    }

    /** Whether the backend is being asked, or its answer waits. */
    boolean isBusy() {
        return handover.isBusy();
    }

    /** What keeps charge points from being told, empty if nothing. */
    String problem() {
        return handover.problem();
    }

    @Override
    public void close() {
        handover.close();
    }

    private static String purpose(int timestep) {
        return "applied " + timestep;
    }

    /** One bit for each charge point, lowest bit of the first byte first: see IPlans.recordApplied. */
    private static byte[] bitmap(Set<Integer> chargePoints) {
        var bits = new BitSet();
        chargePoints.forEach(bits::set);
        return bits.toByteArray();
    }
}
