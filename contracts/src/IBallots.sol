// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Candidates of a timestep: posted by operators' oracles, attested by others, one of them final by a quorum
/// @notice What plans and settlements have in common. Each operator speaks once for a timestep, by a post or an attestation. Different
/// posts are different candidates; at most one can reach the quorum. Who posts when goes by the rotation of members: rank 0 leads, and
/// rank `r` may post from `r * takeoverSeconds` after it on, so that neither a silent nor a wrong leader can stop a timestep.
interface IBallots {
    /// @notice Only oracle accounts of members post and attest
    error NotAnOracle(address account);
    /// @notice Whose rank is later posts later
    error NotYourTurn(uint8 operator, uint256 rank, uint64 from, uint64 now_);
    /// @notice An operator posts or attests once for a timestep
    error AlreadySpoken(uint32 timestep, uint8 operator);
    /// @notice The snapshot is an earlier block
    error SnapshotInFuture(uint64 snapshotBlock, uint256 blockNumber);
    /// @notice Nobody has posted this candidate; of a plan also: there is no room for another
    error UnknownCandidate(uint32 timestep, uint8 candidate);

    /// @return keccak256 of a candidate's digest and the hash of its effects: a plan's decisions, a settlement's sums
    function candidateOf(uint32 timestep, uint8 candidate) external view returns (bytes32);

    /// @return candidate that an operator has posted or attested, plus 1; 0 if none
    function voteOf(uint32 timestep, uint8 operator) external view returns (uint8);
}
