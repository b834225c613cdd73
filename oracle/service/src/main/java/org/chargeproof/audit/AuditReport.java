package org.chargeproof.audit;

import java.util.List;
import org.chargeproof.protocol.time.BlockHeader;

/**
 * What an audit found.
 *
 * @param consortium address of the network's Consortium
 * @param head the newest block that was looked at
 * @param from first timestep
 * @param to last timestep
 * @param groups that were asked for, ascending; empty for all
 * @param wrongPosts posts that did not become final; they fail no audit, but tell whom to watch
 */
public record AuditReport(
        long chainId,
        String consortium,
        BlockHeader head,
        int from,
        int to,
        List<Integer> groups,
        Counts counts,
        List<TimestepVerdict> timesteps,
        List<WrongPost> wrongPosts) {

    /**
     * Numbers of plans, one for each timestep and group.
     *
     * @param plans sum of the next three
     * @param certificates final plans whose certificate of optimality holds
     * @param wrongPosts posts, each of all groups
     */
    public record Counts(int plans, int match, int mismatch, int missing, int certificates, int wrongPosts) {}

    public AuditReport {
        groups = List.copyOf(groups);
        timesteps = List.copyOf(timesteps);
        wrongPosts = List.copyOf(wrongPosts);
    }

    /** Whether every timestep has a final plan that is what it should be. */
    public boolean allMatch() {
        return timesteps.stream().allMatch(timestep -> timestep.verdict() == Verdict.MATCH);
    }
}
