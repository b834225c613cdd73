package org.chargeproof.audit;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.SettlementVerdict;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.protocol.bill.Settlement;

/** Is told how far an audit is, and of verdicts as they are found, in the order of the timesteps, on the audit's thread. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * A timestep is done.
     *
     * @param done timesteps so far
     * @param total timesteps of the audit; the one after the last begun counts only once it is found final
     */
    void onTimestep(TimestepVerdict verdict, int done, int total);

    /**
     * Blocks were read.
     *
     * @param block the last of them
     * @param headBlock the last of all
     */
    default void onBlocks(long block, long headBlock) {}

    /**
     * The audit begins with a snapshot of a former one.
     *
     * @param block up to which logs are not read
     */
    default void onSnapshot(long block) {}

    /**
     * A timestep's inputs were built, and its plans computed again if there was something to compare them with.
     *
     * @param inputs encoded, one for each group
     * @param plans one for each group, or none
     */
    default void onPlans(int timestep, Bytes32 algorithm, List<byte[]> inputs, List<byte[]> plans) {}

    /**
     * All bills of a settlement were computed again.
     *
     * @param verdict on what became final
     */
    default void onSettlement(SettlementVerdict verdict, Settlement settlement) {}

    /** Listens to nothing. */
    static ProgressListener none() {
        return (verdict, done, total) -> {};
    }
}
