package org.chargeproof.audit.report;

import java.util.List;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one settlement: all its bills were computed again.
 *
 * @param verdict MISSING when it found no quorum: the next one has its sessions
 * @param snapshotBlock last block before the settlement's timestep
 * @param votes operators that stand for the final bills, 0 when there are none
 * @param bills as computed again
 * @param chargedMicroEuro all that drivers owe for them, VAT included
 * @param compensationMicroEuro all that operators owe drivers for what they promised and did not deliver
 * @param tokens in millionths
 * @param reason why it is missing, or could not be verified, for people; empty otherwise
 * @param postedBy operator that posted the final bills; 0 when there are none
 * @param attestedBy the other operators that stand for them, ascending
 * @param difference the first field that is not what it should be; null when all is
 */
public record SettlementVerdict(
        int timestep,
        Verdict verdict,
        long snapshotBlock,
        int votes,
        int bills,
        long chargedMicroEuro,
        long compensationMicroEuro,
        long tokens,
        String reason,
        int postedBy,
        List<Integer> attestedBy,
        @Nullable Difference difference) {
    public SettlementVerdict {
        attestedBy = List.copyOf(attestedBy);
    }
}
