// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBallots} from "./IBallots.sol";
import {IConsortium} from "./IConsortium.sol";
import {Members} from "./Members.sol";
import {Quorum, QuorumLibrary} from "./Quorum.sol";
import {Votes, VotesLibrary} from "./Votes.sol";

/// @title Candidates, who may speak when, and what is final; documented in IBallots
/// @dev What a candidate is of and what it must fulfil, and what follows when it is final, say those that build on it. They take the order
/// `_oracle`, what depends on the timestep, `_votesOf` and `_requireSilent`, what the post must fulfil, `_enter`, `_count`, or `_attest` in place of the
/// last two. Members, votes and operator go along on the stack: each call reads the members and the votes once, and writes the votes once.
/// What follows from a final candidate, its effects, is calldata that a candidate's hash commits to.
abstract contract Ballots is IBallots {
    using Members for uint256;

    IConsortium internal immutable CONSORTIUM;
    uint256 internal immutable TIMESTEP_SECONDS;
    uint256 private immutable TAKEOVER_SECONDS;
    uint32 internal immutable FIRST_TIMESTEP;
    Quorum private immutable QUORUM;

    mapping(uint256 timestep => Votes) private _votes;
    mapping(uint256 timestep => mapping(uint256 candidate => bytes32)) private _candidates;

    constructor(IConsortium consortium) {
        CONSORTIUM = consortium;
        IConsortium.Parameters memory p = consortium.parameters();
        TIMESTEP_SECONDS = p.timestepSeconds;
        TAKEOVER_SECONDS = p.takeoverSeconds;
        QUORUM = QuorumLibrary.moreThan(p.quorumNumerator, p.quorumDenominator);
        FIRST_TIMESTEP = consortium.network().firstTimestep;
    }

    /// @inheritdoc IBallots
    function candidateOf(uint32 timestep, uint8 candidate) external view returns (bytes32) {
        return _candidates[timestep][candidate];
    }

    /// @inheritdoc IBallots
    function voteOf(uint32 timestep, uint8 operator) external view returns (uint8) {
        return uint8(_votes[timestep].choiceOf(operator));
    }

    function _currentTimestep() internal view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    /// @return operator whose oracle calls
    /// @return members of now
    function _oracle() internal view returns (uint8 operator, uint256 members) {
        (operator, members) = CONSORTIUM.oracleOf(msg.sender);
        if (operator == 0) revert NotAnOracle(msg.sender);
    }

    /// @param round who leads: the member at this place of the rotation, counted around
    /// @param from unix seconds: the leader may post
    function _requireTurn(uint8 operator, uint256 members, uint256 round, uint256 from) internal view {
        uint256 n = members.count();
        uint256 rank;
        uint256 turn;
        // a member's position is below n, which is at most 31
        unchecked {
            rank = (members.position(operator) + n - round % n) % n;
            turn = from + rank * TAKEOVER_SECONDS;
        }
        if (block.timestamp < turn) revert NotYourTurn(operator, rank, uint64(turn), uint64(block.timestamp));
    }

    function _requireEarlier(uint64 snapshotBlock) internal view {
        if (snapshotBlock >= block.number) revert SnapshotInFuture(snapshotBlock, block.number);
    }

    function _votesOf(uint32 timestep) internal view returns (Votes) {
        return _votes[timestep];
    }

    function _requireSilent(Votes votes, uint32 timestep, uint8 operator) internal pure {
        if (votes.choiceOf(operator) != 0) revert AlreadySpoken(timestep, operator);
    }

    /// @notice Makes a post a candidate. The same by two operators (a take-over that crossed with the leader's post) is one.
    /// @return candidate its number
    /// @return isNew whether this is the first post of it: `_count` it with `votes.withCandidate()`
    function _enter(Votes votes, uint32 timestep, bytes32 digest, bytes calldata effects)
        internal
        returns (uint256 candidate, bool isNew)
    {
        bytes32 hash = _hash(digest, effects);
        uint256 candidates = votes.candidates();
        for (; candidate < candidates; ++candidate) {
            if (_candidates[timestep][candidate] == hash) return (candidate, false);
        }
        if (candidates == VotesLibrary.MOST_CANDIDATES) _revertFull(timestep);
        _candidates[timestep][candidate] = hash;
        return (candidate, true);
    }

    /// @param votes the operator is silent in them
    function _attest(
        Votes votes,
        uint32 timestep,
        uint8 candidate,
        uint8 operator,
        uint256 members,
        bytes32 digest,
        bytes calldata effects
    ) internal {
        if (candidate >= votes.candidates()) revert UnknownCandidate(timestep, candidate);
        if (_candidates[timestep][candidate] != _hash(digest, effects)) _revertDifferent(timestep, candidate);
        _count(votes, timestep, candidate, operator, members, effects);
    }

    /// @notice Counts a vote, and makes the candidate final when it has the quorum of those who are members now.
    /// @param votes the operator is silent in them, and the candidate is one of theirs
    function _count(
        Votes votes,
        uint32 timestep,
        uint256 candidate,
        uint8 operator,
        uint256 members,
        bytes calldata effects
    ) internal {
        votes = votes.withVote(operator, candidate);
        _emitAttested(timestep, operator, uint8(candidate));
        if (!votes.isOpen()) {
            _votes[timestep] = votes;
            return;
        }
        uint256 n = members.count();
        uint256 inFavor = votes.inFavor(candidate, members);
        if (!QUORUM.isReached(inFavor, n)) {
            _votes[timestep] = votes;
            return;
        }
        _votes[timestep] = votes.withFinal(candidate);
        _finish(timestep, uint8(candidate), uint8(inFavor), uint8(n), effects);
    }

    /// @return whether the timestep was open; what is final or given up stays so
    function _giveUp(uint32 timestep) internal returns (bool) {
        Votes votes = _votes[timestep];
        if (!votes.isOpen()) return false;
        _votes[timestep] = votes.withGivenUp();
        return true;
    }

    function _emitAttested(uint32 timestep, uint8 operator, uint8 candidate) internal virtual;

    /// @notice A candidate has become final: what follows.
    /// @param inFavor, members how many of how many stand for it
    function _finish(uint32 timestep, uint8 candidate, uint8 inFavor, uint8 members, bytes calldata effects)
        internal
        virtual;

    /// @notice Reverts: the candidate is not what the caller has computed.
    function _revertDifferent(uint32 timestep, uint8 candidate) internal pure virtual;

    /// @notice Reverts: there is no room for another candidate.
    function _revertFull(uint32 timestep) internal pure virtual;

    function _hash(bytes32 digest, bytes calldata effects) private pure returns (bytes32) {
        return keccak256(abi.encode(digest, keccak256(effects)));
    }
}
