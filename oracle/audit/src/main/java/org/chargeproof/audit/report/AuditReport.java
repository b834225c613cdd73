package org.chargeproof.audit.report;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.time.BlockHeader;

/**
 * What an audit found.
 *
 * @param consortium address of the network's Consortium
 * @param head the newest block that was looked at
 * @param from first timestep
 * @param to last timestep
 * @param groups that were asked for, ascending; empty for all
 * @param algorithms that plans and bills were computed with, in the order in which they counted
 * @param wrongPosts posts that did not become final; they fail no audit, but tell whom to watch
 * @param settlements one that is missing fails no audit, as the next one has its sessions
 */
public record AuditReport(
        long chainId,
        String consortium,
        BlockHeader head,
        int from,
        int to,
        List<Integer> groups,
        List<UsedAlgorithm> algorithms,
        Counts counts,
        List<TimestepVerdict> timesteps,
        List<WrongPost> wrongPosts,
        List<SettlementVerdict> settlements) {

    /** Of a network that does not bill. */
    public AuditReport(
            long chainId,
            String consortium,
            BlockHeader head,
            int from,
            int to,
            List<Integer> groups,
            List<UsedAlgorithm> algorithms,
            Counts counts,
            List<TimestepVerdict> timesteps,
            List<WrongPost> wrongPosts) {
        this(chainId, consortium, head, from, to, groups, algorithms, counts, timesteps, wrongPosts, List.of());
    }

    /**
     * Numbers of settlements, and of the bills in them.
     *
     * @param missing found no quorum: their sessions are in the next ones
     * @param bills in settlements that match
     * @param wrongBills in settlements that do not
     * @param missingBills in settlements that found no quorum
     * @param chargedMicroEuro all that drivers owe for them
     * @param tokens in millionths
     */
    public record BillCounts(
            int settlements,
            int match,
            int mismatch,
            int missing,
            int unverified,
            int bills,
            int wrongBills,
            int missingBills,
            long chargedMicroEuro,
            long compensationMicroEuro,
            long tokens) {}

    /** What was found about bills. */
    public BillCounts billCounts() {
        var matching =
                settlements.stream().filter(s -> s.verdict() == Verdict.MATCH).toList();
        return new BillCounts(
                settlements.size(),
                matching.size(),
                count(Verdict.MISMATCH),
                count(Verdict.MISSING),
                count(Verdict.UNVERIFIED),
                bills(Verdict.MATCH),
                bills(Verdict.MISMATCH),
                bills(Verdict.MISSING),
                matching.stream().mapToLong(SettlementVerdict::chargedMicroEuro).sum(),
                matching.stream()
                        .mapToLong(SettlementVerdict::compensationMicroEuro)
                        .sum(),
                matching.stream().mapToLong(SettlementVerdict::tokens).sum());
    }

    private int bills(Verdict verdict) {
        return settlements.stream()
                .filter(s -> s.verdict() == verdict)
                .mapToInt(SettlementVerdict::bills)
                .sum();
    }

    private int count(Verdict verdict) {
        return (int) settlements.stream().filter(s -> s.verdict() == verdict).count();
    }

    /**
     * Numbers of plans, one for each timestep and group.
     *
     * @param plans sum of the next three, and of those that could not be verified
     * @param certificates final plans whose certificate of optimality holds
     * @param wrongPosts posts, each of all groups
     * @param unverified final plans that this machine could not compute again within its bounds
     */
    public record Counts(
            int plans, int match, int mismatch, int missing, int certificates, int wrongPosts, int unverified) {
        /** When all were verified. */
        public Counts(int plans, int match, int mismatch, int missing, int certificates, int wrongPosts) {
            this(plans, match, mismatch, missing, certificates, wrongPosts, 0);
        }
    }

    /**
     * An algorithm that was run.
     *
     * @param algorithm SHA-256 of its jar
     * @param pinned whether who asked for the audit named it, and did not just take what the ledger says
     */
    public record UsedAlgorithm(Bytes32 algorithm, boolean pinned) {}

    public AuditReport {
        groups = List.copyOf(groups);
        algorithms = List.copyOf(algorithms);
        timesteps = List.copyOf(timesteps);
        wrongPosts = List.copyOf(wrongPosts);
        settlements = List.copyOf(settlements);
    }

    /** Whether every timestep has a final plan that is what it should be, and all final bills are. */
    public boolean allMatch() {
        return timesteps.stream().allMatch(timestep -> timestep.verdict() == Verdict.MATCH)
                && settlements.stream().allMatch(s -> s.verdict() == Verdict.MATCH || s.verdict() == Verdict.MISSING);
    }

    /** Whether some timestep is known to have no final plan, or one that is not what it should be, or some final bills are not. */
    public boolean anyWrong() {
        return count(Verdict.MISMATCH) > 0
                || timesteps.stream().anyMatch(t -> t.verdict() == Verdict.MISMATCH || t.verdict() == Verdict.MISSING);
    }
}
