package org.chargeproof.audit;

import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.plan.PlanningAlgorithm;

/** Where an audit gets algorithms from, by their ids. */
@FunctionalInterface
public interface AlgorithmSource {
    /**
     * Finds an algorithm.
     *
     * @param id SHA-256 of its jar
     */
    PlanningAlgorithm algorithm(Bytes32 id);
}
