// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBallots} from "./IBallots.sol";

/// @title Plans: posted by one operator's oracle, final when a quorum has attested the same hashes
/// @notice In the gate of timestep `k - 1` the leader of `k` posts. Member number `(k + r) mod n` of the rotation has rank
/// `r`, and may post from `r * takeoverSeconds` after the gate on; the others attest. Posts, votes and the quorum are as in
/// IBallots. Without a final plan at the start of the timestep, every charge point has its fallback.
interface IPlans is IBallots {
    /// @param timestep the plan is for
    /// @param snapshotBlock last block before the gate, whose state the inputs were rebuilt from
    /// @param algorithm SHA-256 of the planner's jar
    /// @param inputsRoot, plansRoot, setpointsRoot RFC 6962 trees over the groups in ascending order
    struct Commitment {
        uint32 timestep;
        uint64 snapshotBlock;
        bytes32 algorithm;
        bytes32 inputsRoot;
        bytes32 plansRoot;
        bytes32 setpointsRoot;
    }

    enum Source {
        None,
        Plan,
        Fallback
    }

    /// @param setpoints, decisions as posted
    event PlanPosted(
        uint32 indexed timestep,
        uint8 indexed operator,
        uint8 candidate,
        uint64 snapshotBlock,
        bytes32 algorithm,
        bytes32 inputsRoot,
        bytes32 plansRoot,
        bytes32 setpointsRoot,
        bytes setpoints,
        bytes decisions
    );
    event PlanAttested(uint32 indexed timestep, uint8 indexed operator, uint8 candidate);
    event PlanFinal(uint32 indexed timestep, uint8 candidate, uint8 votes, uint8 members);
    event FallbackDeclared(uint32 indexed timestep, uint8 indexed operator);
    event SetpointsApplied(uint32 indexed timestep, uint8 indexed operator, bytes chargePoints);

    /// @notice Posts are for the next timestep
    error WrongTimestep(uint32 timestep, uint32 expected);
    /// @notice Requests are still taken: posts begin when the gate has closed
    error GateOpen(uint32 timestep, uint64 from, uint64 now_);
    /// @notice The approved algorithm of this timestep is another one, or there is none (0)
    error WrongAlgorithm(bytes32 algorithm, bytes32 expected);
    /// @notice Whole words of 32 bytes, at most for all charge points; of what was applied, one bit for each
    error SetpointsLength(uint256 length, uint256 most);
    /// @notice Not a whole number of decisions of 17 bytes
    error DecisionsLength(uint256 length);
    /// @notice So many decisions of a post
    error TooManyDecisions(uint256 count, uint256 most);
    /// @notice So many records of an operator for a timestep
    error TooManyRecords(uint32 timestep, uint256 most);
    /// @notice The candidate is not what the caller has computed
    error DifferentCommitment(uint32 timestep, uint8 candidate);
    /// @notice Attestations of a timestep end with it, without a final plan at its start
    error TimestepOver(uint32 timestep, uint32 current);
    /// @notice It has a final plan, was declared before, or has not begun
    error NotFallback(uint32 timestep);
    /// @notice Only the running timestep and the next one can be read; older ones are in the logs
    error NotReadable(uint32 timestep, uint32 current);

    /// @notice Posts a plan; counts as the poster's attestation. A post equal to an earlier candidate only attests it.
    /// @param setpoints one u16 for each charge point in order, Wh in this timestep plus 1, filled with zeros to whole words;
    /// charge points left out (those registered since the snapshot) have 0 W
    /// @param decisions at most 512: see ICharging.decide
    function post(Commitment calldata commitment, bytes calldata setpoints, bytes calldata decisions) external;

    /// @notice Attests a candidate that the caller has computed itself. The attestation that makes the quorum makes the plan
    /// final and carries out its decisions; later ones are recorded until the timestep is over.
    /// @param digest of commitment and setpoints: see `digestOf`
    function attest(uint32 timestep, uint8 candidate, bytes32 digest, bytes calldata decisions) external;

    /// @notice Puts on record that a timestep began without a final plan. Once for each, by any oracle.
    function declareFallback(uint32 timestep) external;

    /// @notice Records which setpoints of the current or next timestep the operator's charge points took over.
    /// @param chargePoints one bit for each charge point in order, lowest bit of the first byte first; only those of the
    /// calling operator's own charge points count. At most 4 times a timestep; the last one counts
    function recordApplied(uint32 timestep, bytes calldata chargePoints) external;

    /// @notice Makes the storage for the setpoints of all registered charge points ready, so that posts only overwrite.
    /// By anyone, as often as one likes; does at most `maxWords` words of 16 charge points a call.
    function prepare(uint256 maxWords) external;

    /// @return digest keccak256 of commitment and setpoints
    function digestOf(Commitment calldata commitment, bytes calldata setpoints) external pure returns (bytes32 digest);

    /// @notice The setpoint of a charge point now.
    function setpointOf(uint32 chargePoint) external view returns (uint32 powerW, Source source, uint32 timestep);

    /// @notice Setpoints of the current timestep, or of the next once its plan is final (None before). Older ones are in the logs.
    function setpoints(uint32 timestep, uint32 from, uint32 count)
        external
        view
        returns (Source source, uint32[] memory powerW);

    /// @notice Whether the operator of a charge point reported its setpoint as taken over; current and next timestep only.
    function wasApplied(uint32 timestep, uint32 chargePoint) external view returns (bool);

    /// @return candidates how many were posted
    /// @return finalCandidate number of the final one, `candidates` or above if there is none
    /// @return isFinal whether there is one
    /// @return declaredFallback whether the fallback was put on record
    function stateOf(uint32 timestep)
        external
        view
        returns (uint8 candidates, uint8 finalCandidate, bool isFinal, bool declaredFallback);
}
