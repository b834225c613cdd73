package org.chargeproof.audit.report;

import java.util.List;
import org.chargeproof.protocol.verify.Difference;

/**
 * The verdict on one timestep.
 *
 * @param verdict the worst of its groups; MISSING when no plan became final
 * @param snapshotBlock last block before the gate, as found from block times
 * @param votes operators that stand for the final plan, 0 when there is none
 * @param reason why the plan is missing or does not match, for people; empty when it matches
 * @param groups those that were asked for, ascending
 * @param postedBy operator that posted the final plan; 0 when there is none
 * @param attestedBy the other operators that stand for it, ascending, those that attested it after it became final too
 * @param differences all that concern every group: commitment, roots, what belongs to no group, quorum
 */
public record TimestepVerdict(
        int timestep,
        Verdict verdict,
        long snapshotBlock,
        int votes,
        String reason,
        List<GroupVerdict> groups,
        int postedBy,
        List<Integer> attestedBy,
        List<Difference> differences) {
    public TimestepVerdict {
        groups = List.copyOf(groups);
        attestedBy = List.copyOf(attestedBy);
        differences = List.copyOf(differences);
    }

    /** Without a final plan. */
    public TimestepVerdict(
            int timestep, Verdict verdict, long snapshotBlock, int votes, String reason, List<GroupVerdict> groups) {
        this(timestep, verdict, snapshotBlock, votes, reason, groups, 0, List.of(), List.of());
    }
}
