package org.chargeproof.oracle;

import java.math.BigInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.chargeproof.contracts.Plans;
import org.chargeproof.oracle.PhaseListener.Phase;
import org.chargeproof.oracle.Speaker.Statement;
import org.chargeproof.oracle.Speaker.Turn;
import org.chargeproof.protocol.encoding.Commitment;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.verify.Difference;
import org.chargeproof.protocol.verify.PostComparison;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator says to each timestep on the ledger: it posts its plan, attests another's, or puts on record that there is none. */
final class Voting {
    private static final Logger LOG = LoggerFactory.getLogger(Voting.class);
    private static final int MOST_FALLBACKS_AT_ONCE = 16;

    private final Plans contract;
    private final NetworkParameters parameters;
    private final Supplier<LedgerState> state;
    private final Membership membership;
    private final OwnPlans own;
    private final LedgerWriter writer;
    private final OracleMetrics metrics;
    private final Speaker<PlanPosted> speaker;

    Voting(
            Plans contract,
            NetworkParameters parameters,
            Supplier<LedgerState> state,
            Membership membership,
            OwnPlans own,
            LedgerWriter writer,
            OracleMetrics metrics) {
        this.contract = contract;
        this.parameters = parameters;
        this.state = state;
        this.membership = membership;
        this.own = own;
        this.writer = writer;
        this.metrics = metrics;
        this.speaker = new Speaker<>("plan", membership, writer, metrics, metrics.posts, metrics.wrongPosts);
    }

    /** Does what there is to do for a timestep at a block. */
    void act(int timestep, BlockHeader head) {
        var said = state.get().planRecord(timestep);
        var plan = own.of(timestep);
        var differenceTo = differenceTo(plan);
        if (plan != null) {
            speaker.judge(timestep, said, differenceTo);
            // once the timestep has begun, only a final plan is attested
            if (said.finalPost() != null || head.timestampSeconds() < parameters.startOf(timestep)) {
                int rank = state.get().rank(membership.operator(), timestep);
                var turn = new Turn(rank, parameters.turnOf(timestep, rank));
                speaker.speak(timestep, said, statement(plan, differenceTo), turn, head);
            }
        }
        PlanPosted post = speaker.observeFinal(timestep, said, differenceTo);
        if (post != null) {
            LOG.info("timestep {} is final: candidate {} by operator {}", timestep, post.candidate(), post.operator());
            writer.enter(Phase.FINAL, timestep);
        }
    }

    /** Puts timesteps that began without a final plan on record: the leader of the current one first, others later. */
    void declareFallbacks(int now, BlockHeader head) {
        var open = state.get().openTimesteps(now);
        int rank = state.get().rank(membership.operator(), now);
        long turn = parameters.startOf(now) + (long) rank * parameters.takeoverSeconds();
        if (open.isEmpty() || rank < 0 || head.timestampSeconds() < turn) {
            return;
        }
        for (int timestep : open.subList(0, Math.min(open.size(), MOST_FALLBACKS_AT_ONCE))) {
            String purpose = "fallback " + timestep;
            if (!writer.holds(purpose)) {
                LOG.warn("timestep {} began without a final plan: fallback", timestep);
                metrics.fallbacks.increment();
                writer.send(purpose, contract.declareFallback(big(timestep)), head.number());
            }
        }
    }

    /** The newest timestep that was seen to become final, 0 before the first. */
    int newestFinal() {
        return speaker.newestFinal();
    }

    private Statement<PlanPosted> statement(
            TimestepPlan plan, Function<PlanPosted, @Nullable Difference> differenceTo) {
        byte[] decisions = plan.decisions().toArrayUnsafe();
        return new Statement<>(
                differenceTo,
                candidate -> contract.attest(
                        big(plan.commitment().timestep()),
                        big(candidate),
                        plan.digest().toArrayUnsafe(),
                        decisions),
                () -> contract.post(onChain(plan.commitment()), plan.setpoints().toArrayUnsafe(), decisions));
    }

    /** Without a plan there is nothing that a post could differ from. */
    private Function<PlanPosted, @Nullable Difference> differenceTo(@Nullable TimestepPlan plan) {
        return post -> plan == null ? null : new PostComparison(post, plan, parameters.stepsPerHour()).ofAll();
    }

    private static Plans.Commitment onChain(Commitment c) {
        return new Plans.Commitment(
                big(c.timestep()),
                big(c.snapshotBlock()),
                c.algorithm().toArrayUnsafe(),
                c.inputsRoot().toArrayUnsafe(),
                c.plansRoot().toArrayUnsafe(),
                c.setpointsRoot().toArrayUnsafe());
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
