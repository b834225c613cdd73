package org.chargeproof.operator.consortium.vote;

import org.apache.tuweni.bytes.Bytes32;

/** That an algorithm is to count from a timestep on. */
public record Approval(Bytes32 algorithm, int fromTimestep) {}
