package org.chargeproof.audit;

import java.util.List;

/**
 * The verdict on one timestep.
 *
 * @param verdict the worst of its groups; MISSING when no plan became final
 * @param snapshotBlock last block before the gate, as found from block times
 * @param votes operators that stand for the final plan, 0 when there is none
 * @param reason why the plan is missing or does not match, for people; empty when it matches
 * @param groups those that were asked for, ascending
 */
public record TimestepVerdict(
        int timestep, Verdict verdict, long snapshotBlock, int votes, String reason, List<GroupVerdict> groups) {
    public TimestepVerdict {
        groups = List.copyOf(groups);
    }
}
