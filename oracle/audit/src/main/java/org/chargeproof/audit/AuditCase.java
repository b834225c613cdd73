package org.chargeproof.audit;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.jspecify.annotations.Nullable;

/**
 * One timestep on its way through an audit: what its plan follows from, and what operators said about it.
 *
 * @param snapshotBlock last block before the gate
 * @param algorithm that counts for it; null when none does
 * @param layout charge points at the snapshot
 * @param inputs encoded, one for each group; none when there is no algorithm to give them to
 * @param refusal why the ledger's state is no input that an algorithm takes; null when it is one
 */
record AuditCase(
        int timestep,
        long snapshotBlock,
        @Nullable Bytes32 algorithm,
        TimestepPlan.Layout layout,
        List<byte[]> inputs,
        @Nullable String refusal,
        Ballot ballot) {

    /** Whether there is something to compare, and the means to do it. */
    boolean needsPlans() {
        return !ballot.isEmpty() && algorithm != null && refusal == null;
    }

    AuditCase with(List<byte[]> newInputs) {
        return new AuditCase(timestep, snapshotBlock, algorithm, layout, newInputs, refusal, ballot);
    }

    AuditCase refused(String why) {
        return new AuditCase(timestep, snapshotBlock, algorithm, layout, List.of(), why, ballot);
    }
}
