package org.chargeproof.oracle;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.chargeproof.contracts.Plans;
import org.chargeproof.oracle.PhaseListener.Phase;
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
    private final Set<Integer> seenFinal = new HashSet<>();
    private final Map<Integer, Set<Integer>> judged = new HashMap<>();
    private int newestFinal;

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
    }

    /** Does what there is to do for a timestep at a block. */
    void act(int timestep, BlockHeader head) {
        var plan = own.of(timestep);
        if (plan != null) {
            judge(plan);
            speak(plan, head);
        }
        observeFinal(timestep);
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
                writer.send(purpose, contract.declareFallback(BigInteger.valueOf(timestep)), head.number());
            }
        }
    }

    /** The newest timestep that was seen to become final, 0 before the first. */
    int newestFinal() {
        return newestFinal;
    }

    /** Compares others' posts with the own plan. */
    private void judge(TimestepPlan plan) {
        int timestep = plan.commitment().timestep();
        judged.keySet().removeIf(t -> t < timestep - 1);
        for (PlanPosted post : state.get().planRecord(timestep).candidates()) {
            if (judged.computeIfAbsent(timestep, t -> new HashSet<>()).add(post.candidate()) && !agrees(post, plan)) {
                metrics.wrongPosts.increment();
                LOG.warn(
                        "operator {} posted a plan for timestep {} that differs from the own: {}",
                        post.operator(),
                        timestep,
                        difference(post, plan));
            }
        }
    }

    /** Attests the candidate that equals the own plan; posts when there is none and it is this operator's turn. */
    private void speak(TimestepPlan plan, BlockHeader head) {
        int timestep = plan.commitment().timestep();
        var record = state.get().planRecord(timestep);
        String purpose = "plan " + timestep;
        int operator = membership.operator();
        int rank = state.get().rank(operator, timestep);
        if (rank < 0 || record.votes().containsKey(operator) || writer.holds(purpose)) {
            return;
        }
        boolean begun = head.timestampSeconds() >= parameters.startOf(timestep);
        if (begun && record.finalPost() == null) {
            return;
        }
        for (PlanPosted post : record.candidates()) {
            if (agrees(post, plan)) {
                metrics.attestations.increment();
                var attestation = contract.attest(
                        BigInteger.valueOf(timestep),
                        BigInteger.valueOf(post.candidate()),
                        plan.digest().toArrayUnsafe(),
                        plan.decisions().toArrayUnsafe());
                writer.send(purpose, attestation, head.number(), timestep, Phase.VOTE_SIGNED, Phase.VOTE_SENT);
                return;
            }
        }
        boolean turn = head.timestampSeconds() >= parameters.turnOf(timestep, rank);
        if (turn && record.finalPost() == null) {
            metrics.posts.increment();
            if (rank > 0) {
                metrics.takeovers.increment();
                LOG.info("taking over timestep {} at rank {}", timestep, rank);
            }
            var post = contract.post(
                    onChain(plan.commitment()),
                    plan.setpoints().toArrayUnsafe(),
                    plan.decisions().toArrayUnsafe());
            writer.send(purpose, post, head.number(), timestep, Phase.VOTE_SIGNED, Phase.VOTE_SENT);
        }
    }

    private void observeFinal(int timestep) {
        PlanPosted post = state.get().planRecord(timestep).finalPost();
        if (post == null || !seenFinal.add(timestep)) {
            return;
        }
        seenFinal.removeIf(t -> t < timestep - 1);
        newestFinal = Math.max(newestFinal, timestep);
        var plan = own.of(timestep);
        if (plan != null && !agrees(post, plan)) {
            metrics.disagreements.increment();
            LOG.error("the final plan of timestep {} differs from the own: {}", timestep, difference(post, plan));
        }
        LOG.info("timestep {} is final: candidate {} by operator {}", timestep, post.candidate(), post.operator());
        writer.enter(Phase.FINAL, timestep);
    }

    private boolean agrees(PlanPosted post, TimestepPlan plan) {
        return difference(post, plan) == null;
    }

    private @Nullable Difference difference(PlanPosted post, TimestepPlan plan) {
        return new PostComparison(post, plan, parameters.stepsPerHour()).ofAll();
    }

    private static Plans.Commitment onChain(Commitment c) {
        return new Plans.Commitment(
                BigInteger.valueOf(c.timestep()),
                BigInteger.valueOf(c.snapshotBlock()),
                c.algorithm().toArrayUnsafe(),
                c.inputsRoot().toArrayUnsafe(),
                c.plansRoot().toArrayUnsafe(),
                c.setpointsRoot().toArrayUnsafe());
    }
}
