package org.chargeproof.protocol.encoding;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.web3j.crypto.Hash;

/**
 * What an operator's oracle stands for with its post or attestation.
 *
 * @param timestep the plan is for
 * @param snapshotBlock last block before the gate
 * @param algorithm SHA-256 of the planner's jar
 * @param inputsRoot RFC 6962 tree over the groups' inputs in ascending order of the groups
 * @param plansRoot the same over their plans
 * @param setpointsRoot the same over their setpoints
 */
public record Commitment(
        int timestep,
        long snapshotBlock,
        Bytes32 algorithm,
        Bytes32 inputsRoot,
        Bytes32 plansRoot,
        Bytes32 setpointsRoot) {

    /** What is attested together with the decisions: Plans.digestOf, keccak256 over seven words. */
    public Bytes32 digest(Bytes packedSetpoints) {
        return keccak256(Bytes.concatenate(
                Bytes32.leftPad(Bytes.ofUnsignedInt(timestep)),
                Bytes32.leftPad(Bytes.ofUnsignedLong(snapshotBlock)),
                algorithm,
                inputsRoot,
                plansRoot,
                setpointsRoot,
                keccak256(packedSetpoints)));
    }

    /** What posts and attestations that are the same have in common: Plans.candidateOf, keccak256 over digest and hash of the decisions. */
    public Bytes32 candidate(Bytes packedSetpoints, Bytes packedDecisions) {
        return keccak256(Bytes.concatenate(digest(packedSetpoints), keccak256(packedDecisions)));
    }

    private static Bytes32 keccak256(Bytes bytes) {
        return Bytes32.wrap(Hash.sha3(bytes.toArrayUnsafe()));
    }
}
