package org.chargeproof.protocol.plan;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/** The algorithm as the ledger knows it: the jar with this hash, however it is run. */
public interface PlanningAlgorithm {
    /** SHA-256 of the jar's bytes. */
    Bytes32 id();

    /** Version of the inputs that it reads: see {@link InputVersion}. */
    int inputVersion();

    /**
     * Plans groups.
     *
     * @param inputs one encoded input for each group
     * @return one encoded plan for each input, in the same order
     */
    List<byte[]> plan(List<byte[]> inputs);
}
