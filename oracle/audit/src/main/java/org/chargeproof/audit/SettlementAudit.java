package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.SettlementVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.protocol.algorithm.AlgorithmException;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/**
 * Settlements on their way through an audit: at the start of each its bills are computed again; at the start of the next one, when nothing
 * is said about it any more, it is judged.
 */
final class SettlementAudit {
    private final AlgorithmSource valuations;
    private final Set<Bytes32> pinned;
    private final NetworkParameters parameters;
    private final Supplier<@Nullable BillingState> billing;
    private final Supplier<List<Integer>> members;
    private final ProgressListener progress;
    private final Map<Bytes32, PlanningAlgorithm> running = new LinkedHashMap<>();
    private final List<SettlementVerdict> verdicts = new ArrayList<>();
    private @Nullable Open open;

    /**
     * @param settlement null when it could not be computed again
     * @param obstacle why not; empty when it could
     * @param possible false when nobody can compute it
     */
    private record Open(
            int timestep, long snapshotBlock, @Nullable Settlement settlement, String obstacle, boolean possible) {}

    /**
     * @param valuations runs the programs that compute bills
     * @param pinned all that may be run; empty for whatever the ledger says
     * @param billing what bills depend on, as far as was read; null in a network that does not bill
     * @param members of the consortium, as far as was read
     */
    SettlementAudit(
            AlgorithmSource valuations,
            Set<Bytes32> pinned,
            NetworkParameters parameters,
            Supplier<@Nullable BillingState> billing,
            Supplier<List<Integer>> members,
            ProgressListener progress) {
        this.valuations = valuations;
        this.pinned = pinned;
        this.parameters = parameters;
        this.billing = billing;
        this.members = members;
        this.progress = progress;
    }

    /** Whether a settlement begins with a timestep. */
    boolean isSettlement(int timestep) {
        var state = billing.get();
        var terms = state == null ? null : state.terms();
        return terms != null && timestep % terms.settlementTimesteps() == 0;
    }

    /** A settlement begins; all before it was read, and nothing else. */
    void begin(int timestep, long snapshotBlock) {
        close();
        var state = billing.get();
        var id = state == null ? null : state.valuationAt(timestep);
        if (state == null || id == null) {
            return;
        }
        if (!pinned.isEmpty() && !pinned.contains(id)) {
            open = new Open(
                    timestep, snapshotBlock, null, "program " + id + " is none of those that --algorithm names", true);
            return;
        }
        try {
            var program = running.computeIfAbsent(id, valuations::algorithm);
            open = new Open(
                    timestep, snapshotBlock, Settlement.compute(state, timestep, snapshotBlock, program), "", true);
        } catch (AlgorithmException e) {
            boolean possible = e.kind() == AlgorithmException.Kind.BOUND;
            open = new Open(timestep, snapshotBlock, null, String.valueOf(e.getMessage()), possible);
        } catch (IllegalArgumentException | ArithmeticException e) {
            open = new Open(
                    timestep, snapshotBlock, null, "program " + id + " gave no bills: " + e.getMessage(), false);
        }
    }

    /** All was read; a settlement that still runs is judged only when it is final. */
    void end(int begunTimestep) {
        var last = open;
        var state = billing.get();
        if (last != null && state != null) {
            var terms = state.terms();
            boolean over = terms != null && begunTimestep >= last.timestep + terms.settlementTimesteps();
            if (over || state.settlement(last.timestep).finalPost() != null) {
                close();
            }
        }
        open = null;
    }

    /** In the order of their timesteps. */
    List<SettlementVerdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** The programs that were run. */
    Set<Bytes32> used() {
        return running.keySet();
    }

    private void close() {
        var judged = open;
        var state = billing.get();
        open = null;
        if (judged == null || state == null) {
            return;
        }
        var record = state.settlement(judged.timestep);
        var post = record.finalPost();
        if (post == null) {
            String reason = judged.possible ? "no quorum: its sessions are in the next one" : judged.obstacle;
            judge(judged, Verdict.MISSING, reason, 0, List.of(), null);
            return;
        }
        var standing = record.votes().entrySet().stream()
                .filter(vote -> vote.getValue() == post.candidate())
                .map(Map.Entry::getKey)
                .toList();
        var others = standing.stream().filter(id -> id != post.operator()).toList();
        if (judged.settlement == null && judged.possible) {
            judge(judged, Verdict.UNVERIFIED, judged.obstacle, post.operator(), others, null);
            return;
        }
        var difference = judged.settlement == null
                ? new Difference("bills", "by operator " + post.operator(), "none: " + judged.obstacle)
                : judged.settlement.differenceTo(post);
        long inFavor = standing.stream().filter(members.get()::contains).count();
        int needed = parameters.quorum(members.get().size());
        if (difference == null && inFavor < needed) {
            difference = new Difference("quorum", inFavor + " operators", "at least " + needed);
        }
        judge(judged, difference == null ? Verdict.MATCH : Verdict.MISMATCH, "", post.operator(), others, difference);
    }

    private void judge(
            Open open,
            Verdict verdict,
            String reason,
            int postedBy,
            List<Integer> attestedBy,
            @Nullable Difference difference) {
        var settlement = open.settlement;
        var judged = new SettlementVerdict(
                open.timestep,
                verdict,
                open.snapshotBlock,
                postedBy == 0 ? 0 : attestedBy.size() + 1,
                settlement == null ? 0 : settlement.bills().size(),
                settlement == null ? 0 : settlement.chargedMicroEuro(),
                settlement == null ? 0 : settlement.compensationMicroEuro(),
                settlement == null ? 0 : settlement.tokens(),
                reason,
                postedBy,
                attestedBy,
                difference);
        verdicts.add(judged);
        if (settlement != null) {
            progress.onSettlement(judged, settlement);
        }
    }
}
