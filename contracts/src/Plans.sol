// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ballots} from "./Ballots.sol";
import {IAlgorithmRegistry} from "./IAlgorithmRegistry.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";
import {ICharging} from "./ICharging.sol";
import {IConsortium} from "./IConsortium.sol";
import {IPlans} from "./IPlans.sol";
import {Votes, VotesLibrary} from "./Votes.sol";

/// @title Plans: posted, attested, final; documented in IPlans
/// @dev A timestep costs two new words: the votes, and the hash of each candidate. Setpoints overwrite those of the timestep before the
/// last one, sixteen to a word, in a lane of their own for each candidate: a wrong post never touches what is final.
contract Plans is IPlans, Ballots {
    uint256 private constant SETPOINTS_PER_WORD = 16;
    /// Sixteen setpoints of 0 Wh; stored one higher, so that a word is never 0 and overwriting it stays cheap.
    uint256 private constant ZERO_SETPOINTS = 0x0001000100010001000100010001000100010001000100010001000100010001;
    uint256 private constant DECISION_BYTES = 17;
    /// The attestation that makes the quorum carries them all out, and every reader takes them as one log.
    uint256 private constant MOST_DECISIONS = 512;
    uint256 private constant MOST_RECORDS = 4;

    /// What an operator's charge points took over; the one of two timesteps ago is overwritten.
    struct Applied {
        uint32 timestep;
        uint8 records;
        bytes chargePoints;
    }

    IAssetRegistry private immutable ASSETS;
    ICharging private immutable CHARGING;
    IAlgorithmRegistry private immutable ALGORITHMS;
    uint256 private immutable GATE_SECONDS;
    uint256 private immutable STEPS_PER_HOUR;

    mapping(uint256 parity => mapping(uint8 operator => Applied)) private _applied;
    uint256 private _preparedWords;

    constructor(IConsortium consortium, IAssetRegistry assets, ICharging charging, IAlgorithmRegistry algorithms)
        Ballots(consortium)
    {
        ASSETS = assets;
        CHARGING = charging;
        ALGORITHMS = algorithms;
        IConsortium.Parameters memory p = consortium.parameters();
        GATE_SECONDS = p.gateSeconds;
        STEPS_PER_HOUR = p.stepsPerHour;
    }

    /// @inheritdoc IPlans
    function post(Commitment calldata c, bytes calldata setpoints_, bytes calldata decisions) external {
        (uint8 operator, uint256 members) = _oracle();
        _requireTurn(operator, members, c.timestep, _requireGate(c.timestep));
        Votes votes = _votesOf(c.timestep);
        _requireSilent(votes, c.timestep, operator);
        bytes32 expected = ALGORITHMS.algorithmAt(c.timestep);
        // 0 before the first activation: a plan that nobody can re-run
        if (c.algorithm != expected || expected == 0) revert WrongAlgorithm(c.algorithm, expected);
        _requireEarlier(c.snapshotBlock);
        if (decisions.length % DECISION_BYTES != 0) revert DecisionsLength(decisions.length);
        uint256 count = decisions.length / DECISION_BYTES;
        if (count > MOST_DECISIONS) revert TooManyDecisions(count, MOST_DECISIONS);

        (uint256 candidate, bool isNew) = _enter(votes, c.timestep, digestOf(c, setpoints_), decisions);
        if (!isNew) return _count(votes, c.timestep, candidate, operator, members, decisions);
        _writeLane(_lane(c.timestep, candidate), setpoints_);
        emit PlanPosted(
            c.timestep,
            operator,
            uint8(candidate),
            c.snapshotBlock,
            c.algorithm,
            c.inputsRoot,
            c.plansRoot,
            c.setpointsRoot,
            setpoints_,
            decisions
        );
        _count(votes.withCandidate(), c.timestep, candidate, operator, members, decisions);
    }

    /// @inheritdoc IPlans
    function attest(uint32 timestep, uint8 candidate, bytes32 digest, bytes calldata decisions) external {
        (uint8 operator, uint256 members) = _oracle();
        Votes votes = _votesOf(timestep);
        uint32 current = _currentTimestep();
        if (timestep < current || (timestep == current && !votes.isFinal())) revert TimestepOver(timestep, current);
        _requireSilent(votes, timestep, operator);
        _attest(votes, timestep, candidate, operator, members, digest, decisions);
    }

    /// @inheritdoc IPlans
    function declareFallback(uint32 timestep) external {
        (uint8 operator,) = _oracle();
        uint32 current = _currentTimestep();
        if (timestep > current || timestep <= FIRST_TIMESTEP || !_giveUp(timestep)) revert NotFallback(timestep);
        emit FallbackDeclared(timestep, operator);
    }

    /// @inheritdoc IPlans
    function recordApplied(uint32 timestep, bytes calldata chargePoints) external {
        (uint8 operator,) = _oracle();
        _requireReadable(timestep);
        uint256 most = (ASSETS.chargePointCount() + 7) / 8;
        if (chargePoints.length > most) revert SetpointsLength(chargePoints.length, most);
        Applied storage applied = _applied[timestep % 2][operator];
        if (applied.timestep != timestep) {
            applied.timestep = timestep;
            applied.records = 0;
        }
        if (++applied.records > MOST_RECORDS) revert TooManyRecords(timestep, MOST_RECORDS);
        applied.chargePoints = chargePoints;
        emit SetpointsApplied(timestep, operator, chargePoints);
    }

    /// @inheritdoc IPlans
    function prepare(uint256 maxWords) external {
        uint256 prepared = _preparedWords;
        uint256 until = _words(ASSETS.chargePointCount());
        if (until - prepared > maxWords) until = prepared + maxWords;
        for (uint256 parity = 0; parity < 2; ++parity) {
            uint256 lane = _lane(parity, 0);
            for (uint256 i = prepared; i < until; ++i) {
                assembly ("memory-safe") {
                    if iszero(sload(add(lane, i))) { sstore(add(lane, i), ZERO_SETPOINTS) }
                }
            }
        }
        _preparedWords = until;
    }

    /// @inheritdoc IPlans
    function digestOf(Commitment calldata c, bytes calldata setpoints_) public pure returns (bytes32 digest) {
        return keccak256(
            abi.encode(
                c.timestep,
                c.snapshotBlock,
                c.algorithm,
                c.inputsRoot,
                c.plansRoot,
                c.setpointsRoot,
                keccak256(setpoints_)
            )
        );
    }

    /// @inheritdoc IPlans
    function setpointOf(uint32 chargePoint) external view returns (uint32 powerW, Source source, uint32 timestep) {
        timestep = _currentTimestep();
        (source, powerW) = _setpoint(timestep, _votesOf(timestep), chargePoint);
    }

    /// @inheritdoc IPlans
    function setpoints(uint32 timestep, uint32 from, uint32 count)
        external
        view
        returns (Source source, uint32[] memory powerW)
    {
        _requireReadable(timestep);
        Votes votes = _votesOf(timestep);
        powerW = new uint32[](count);
        for (uint32 i = 0; i < count; ++i) {
            (source, powerW[i]) = _setpoint(timestep, votes, from + i);
        }
    }

    /// @inheritdoc IPlans
    function wasApplied(uint32 timestep, uint32 chargePoint) external view returns (bool) {
        _requireReadable(timestep);
        Applied storage applied = _applied[timestep % 2][ASSETS.operatorOf(chargePoint)];
        if (applied.timestep != timestep) return false;
        bytes storage chargePoints = applied.chargePoints;
        uint256 index = chargePoint / 8;
        return index < chargePoints.length && uint8(chargePoints[index]) >> (chargePoint % 8) & 1 == 1;
    }

    /// @inheritdoc IPlans
    function stateOf(uint32 timestep)
        external
        view
        returns (uint8 candidates, uint8 finalCandidate, bool isFinal, bool declaredFallback)
    {
        Votes votes = _votesOf(timestep);
        return (uint8(votes.candidates()), votes.finalCandidate(), votes.isFinal(), votes.isGivenUp());
    }

    /// @return gate of the timestep before, when posts begin
    function _requireGate(uint32 timestep) private view returns (uint256 gate) {
        uint32 current = _currentTimestep();
        if (timestep != current + 1) revert WrongTimestep(timestep, current + 1);
        gate = timestep * TIMESTEP_SECONDS - GATE_SECONDS;
        if (block.timestamp < gate) revert GateOpen(timestep, uint64(gate), uint64(block.timestamp));
    }

    function _requireReadable(uint32 timestep) private view {
        uint32 current = _currentTimestep();
        if (timestep != current && timestep != current + 1) revert NotReadable(timestep, current);
    }

    function _emitAttested(uint32 timestep, uint8 operator, uint8 candidate) internal override {
        emit PlanAttested(timestep, operator, candidate);
    }

    function _finish(uint32 timestep, uint8 candidate, uint8 inFavor, uint8 members, bytes calldata decisions)
        internal
        override
    {
        emit PlanFinal(timestep, candidate, inFavor, members);
        if (decisions.length > 0) CHARGING.decide(timestep, decisions);
    }

    function _revertDifferent(uint32 timestep, uint8 candidate) internal pure override {
        revert DifferentCommitment(timestep, candidate);
    }

    function _revertFull(uint32 timestep) internal pure override {
        revert UnknownCandidate(timestep, uint8(VotesLibrary.MOST_CANDIDATES));
    }

    function _setpoint(uint32 timestep, Votes votes, uint32 chargePoint)
        private
        view
        returns (Source source, uint32 powerW)
    {
        if (votes.isFinal()) {
            uint256 slot = _lane(timestep, votes.finalCandidate()) + chargePoint / SETPOINTS_PER_WORD;
            uint256 word;
            assembly ("memory-safe") {
                word := sload(slot)
            }
            // the first setpoint stands in the highest bits, as it came
            uint256 stored = word >> (240 - 16 * (chargePoint % SETPOINTS_PER_WORD)) & 0xffff;
            return (Source.Plan, stored == 0 ? 0 : uint32((stored - 1) * STEPS_PER_HOUR));
        }
        if (timestep != _currentTimestep()) return (Source.None, 0);
        return (Source.Fallback, ASSETS.fallbackPowerW(chargePoint));
    }

    function _words(uint256 chargePoints) private pure returns (uint256) {
        return (chargePoints + SETPOINTS_PER_WORD - 1) / SETPOINTS_PER_WORD;
    }

    /// Two lanes for each candidate: one is in force while the next one is written.
    function _lane(uint256 timestep, uint256 candidate) private pure returns (uint256) {
        return uint256(keccak256(abi.encode("chargeproof.lane", timestep % 2, candidate)));
    }

    /// Writes to all of the lane: what a post leaves out must not show what stood there two timesteps ago.
    function _writeLane(uint256 lane, bytes calldata setpoints_) private {
        uint256 most = 32 * _words(ASSETS.chargePointCount());
        if (setpoints_.length % 32 != 0 || setpoints_.length > most) {
            revert SetpointsLength(setpoints_.length, most);
        }
        assembly ("memory-safe") {
            let end := add(setpoints_.offset, setpoints_.length)
            for { let at := setpoints_.offset } lt(at, end) { at := add(at, 32) } {
                sstore(lane, calldataload(at))
                lane := add(lane, 1)
            }
            for { let left := sub(most, setpoints_.length) } left { left := sub(left, 32) } {
                sstore(lane, ZERO_SETPOINTS)
                lane := add(lane, 1)
            }
        }
    }
}
