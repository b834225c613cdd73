// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Bill} from "./Bill.sol";
import {IAlgorithmRegistry} from "./IAlgorithmRegistry.sol";
import {IConsortium} from "./IConsortium.sol";
import {IEuro} from "./IEuro.sol";
import {IFlexibilityToken} from "./IFlexibilityToken.sol";
import {ISettlement} from "./ISettlement.sol";
import {Members} from "./Members.sol";
import {Proof} from "./Proof.sol";
import {Quorum, QuorumLibrary} from "./Quorum.sol";
import {Votes, VotesLibrary} from "./Votes.sol";

/// @title Bills, and what follows from them; documented in ISettlement
contract Settlement is ISettlement, EIP712 {
    using Bill for bytes;
    using Members for uint256;
    using SafeERC20 for IEuro;

    uint256 private constant SUM_BYTES = 26;
    uint256 private constant MOST_SUMS = 512;
    uint256 private constant MOST_CLAIMS = 64;
    uint256 private constant MOST_TERM_TIMESTEPS = 96;
    uint256 private constant MOST_COMPENSATION_E4 = 100_000;
    uint256 private constant MOST_KAPPA_E6 = 100_000_000;
    /// Longer than the longest stay, its reservation, its grace period and its settlement together.
    uint32 private constant TAKING_TIMESTEPS = 1_024;
    bytes32 private constant CLAIM = keccak256("Claim(uint32 session,address to)");
    uint256 private constant TOKENS = 1;
    uint256 private constant COMPENSATION = 2;

    /// What can be opened of a final settlement.
    struct Final {
        bytes32 billsRoot;
        uint32 bills;
        uint64 tokensLeft;
    }

    struct Guarantee {
        uint64 microEuro;
        /// From final bills, and not claimed yet.
        uint64 owedMicroEuro;
        uint64 takingMicroEuro;
        uint32 takingFrom;
    }

    IConsortium private immutable CONSORTIUM;
    IAlgorithmRegistry private immutable VALUATIONS;
    IEuro private immutable EURO;
    IFlexibilityToken private immutable FLEXIBILITY;
    uint256 private immutable TIMESTEP_SECONDS;
    uint256 private immutable TAKEOVER_SECONDS;
    uint32 private immutable FIRST_TIMESTEP;
    Quorum private immutable QUORUM;
    uint16 private immutable SETTLEMENT_TIMESTEPS;
    uint16 private immutable GRACE_TIMESTEPS;
    uint32 private immutable COMPENSATION_E4;
    uint32 private immutable KAPPA_E6;

    uint32 private _lastFinal;
    mapping(uint32 timestep => Votes) private _votes;
    mapping(uint32 timestep => mapping(uint256 candidate => bytes32)) private _candidates;
    /// What a candidate comes to when it is final; of posts only, so that an attestation need not bring it along.
    mapping(uint32 timestep => mapping(uint256 candidate => Final)) private _posted;
    mapping(uint8 payer => mapping(uint8 payee => uint64 microEuro)) private _billed;
    mapping(uint8 operator => Guarantee) private _guarantees;
    /// Two bits for each session: its tokens and its compensation are claimed.
    mapping(uint256 word => uint256) private _claimed;

    constructor(
        IConsortium consortium,
        IAlgorithmRegistry valuations,
        IEuro euro,
        IFlexibilityToken flexibility,
        IConsortium.Terms memory t
    ) EIP712("chargeproof", "3") {
        if (
            t.settlementTimesteps == 0 || t.settlementTimesteps > MOST_TERM_TIMESTEPS || t.graceTimesteps == 0
                || t.graceTimesteps > MOST_TERM_TIMESTEPS || t.compensationE4 > MOST_COMPENSATION_E4
                || t.kappaE6 > MOST_KAPPA_E6
        ) revert BadTerms();
        CONSORTIUM = consortium;
        VALUATIONS = valuations;
        EURO = euro;
        FLEXIBILITY = flexibility;
        IConsortium.Parameters memory p = consortium.parameters();
        TIMESTEP_SECONDS = p.timestepSeconds;
        TAKEOVER_SECONDS = p.takeoverSeconds;
        QUORUM = QuorumLibrary.moreThan(p.quorumNumerator, p.quorumDenominator);
        FIRST_TIMESTEP = consortium.network().firstTimestep;
        SETTLEMENT_TIMESTEPS = t.settlementTimesteps;
        GRACE_TIMESTEPS = t.graceTimesteps;
        COMPENSATION_E4 = t.compensationE4;
        KAPPA_E6 = t.kappaE6;
    }

    /// @inheritdoc ISettlement
    function post(Statement calldata s, bytes calldata sums) external {
        (uint8 operator, uint256 members) = _oracle();
        _requireRunning(s.timestep);
        _requireTurn(s.timestep, operator, members);
        Votes votes = _votes[s.timestep];
        _requireSilent(votes, s.timestep, operator);
        bytes32 expected = VALUATIONS.algorithmAt(s.timestep);
        // 0 before the first activation: bills that nobody can compute again
        if (s.valuation != expected || expected == 0) revert WrongValuation(s.valuation, expected);
        if (s.snapshotBlock >= block.number) revert SnapshotInFuture(s.snapshotBlock, block.number);
        _requireSums(sums);
        bytes32 hash = _hash(digestOf(s), sums);
        uint256 candidates = votes.candidates();
        for (uint256 i = 0; i < candidates; ++i) {
            if (_candidates[s.timestep][i] == hash) {
                _count(votes, s.timestep, i, operator, members, sums);
                return;
            }
        }
        if (candidates == VotesLibrary.MOST_CANDIDATES) revert TooManyCandidates(s.timestep, candidates);
        _candidates[s.timestep][candidates] = hash;
        _posted[s.timestep][candidates] = Final(s.billsRoot, s.bills, s.tokens);
        emit SettlementPosted(
            s.timestep, operator, uint8(candidates), s.snapshotBlock, s.valuation, s.billsRoot, s.bills, s.tokens, sums
        );
        _count(votes.withCandidate(), s.timestep, candidates, operator, members, sums);
    }

    /// @inheritdoc ISettlement
    function attest(uint32 timestep, uint8 candidate, bytes32 digest, bytes calldata sums) external {
        (uint8 operator, uint256 members) = _oracle();
        _requireRunning(timestep);
        Votes votes = _votes[timestep];
        _requireSilent(votes, timestep, operator);
        if (candidate >= votes.candidates()) revert UnknownCandidate(timestep, candidate);
        if (_candidates[timestep][candidate] != _hash(digest, sums)) revert DifferentStatement(timestep, candidate);
        _count(votes, timestep, candidate, operator, members, sums);
    }

    /// @inheritdoc ISettlement
    function claim(Claim[] calldata claims) external {
        if (claims.length > MOST_CLAIMS) revert TooManyClaims(claims.length, MOST_CLAIMS);
        for (uint256 i = 0; i < claims.length; ++i) {
            _claim(claims[i]);
        }
    }

    /// @inheritdoc ISettlement
    function addGuarantee(uint8 operator, uint64 microEuro) external {
        if (CONSORTIUM.accountsOf(operator).owner == address(0)) revert UnknownOperator(operator);
        Guarantee storage g = _guarantees[operator];
        g.microEuro += microEuro;
        emit GuaranteeChanged(operator, g.microEuro);
        EURO.safeTransferFrom(msg.sender, address(this), microEuro);
    }

    /// @inheritdoc ISettlement
    function announceTaking(uint8 operator, uint64 microEuro) external {
        _requireOwner(operator);
        Guarantee storage g = _guarantees[operator];
        g.takingMicroEuro = microEuro;
        g.takingFrom = _timestep() + TAKING_TIMESTEPS;
        emit GuaranteeTakingAnnounced(operator, microEuro, g.takingFrom);
    }

    /// @inheritdoc ISettlement
    function takeGuarantee(uint8 operator) external {
        _requireOwner(operator);
        Guarantee storage g = _guarantees[operator];
        if (_timestep() < g.takingFrom) revert TakingTooEarly(operator, g.takingFrom);
        uint64 free = g.microEuro > g.owedMicroEuro ? g.microEuro - g.owedMicroEuro : 0;
        uint64 taken = g.takingMicroEuro < free ? g.takingMicroEuro : free;
        g.microEuro -= taken;
        g.takingMicroEuro = 0;
        emit GuaranteeChanged(operator, g.microEuro);
        EURO.safeTransfer(msg.sender, taken);
    }

    /// @inheritdoc ISettlement
    function digestOf(Statement calldata s) public pure returns (bytes32 digest) {
        return keccak256(abi.encode(s));
    }

    /// @inheritdoc ISettlement
    function isFinal(uint32 settlement, bytes calldata bill, uint32 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        Votes votes = _votes[settlement];
        if (!votes.isFinal() || !bill.isBill()) return false;
        Final storage f = _posted[settlement][votes.finalCandidate()];
        return bill.isInTree(index, path, f.billsRoot, f.bills);
    }

    /// @inheritdoc ISettlement
    function billedMicroEuro(uint8 payer, uint8 payee) external view returns (uint64) {
        return _billed[payer][payee];
    }

    /// @inheritdoc ISettlement
    function lastFinal() external view returns (uint32) {
        return _lastFinal;
    }

    /// @inheritdoc ISettlement
    function guaranteeOf(uint8 operator) external view returns (uint64 microEuro, uint64 owedMicroEuro) {
        Guarantee memory g = _guarantees[operator];
        return (g.microEuro, g.owedMicroEuro);
    }

    /// @inheritdoc ISettlement
    function isClaimed(uint32 session) external view returns (bool tokens, bool compensation) {
        uint256 bits = _claimed[session / 128] >> 2 * (session % 128);
        return (bits & TOKENS != 0, bits & COMPENSATION != 0);
    }

    /// @inheritdoc ISettlement
    function stateOf(uint32 timestep)
        external
        view
        returns (uint8 candidates, uint8 finalCandidate, bytes32 billsRoot)
    {
        Votes votes = _votes[timestep];
        finalCandidate = votes.finalCandidate();
        return (uint8(votes.candidates()), finalCandidate, _posted[timestep][finalCandidate].billsRoot);
    }

    /// @inheritdoc ISettlement
    function candidateOf(uint32 timestep, uint8 candidate) external view returns (bytes32) {
        return _candidates[timestep][candidate];
    }

    /// @inheritdoc ISettlement
    function voteOf(uint32 timestep, uint8 operator) external view returns (uint8) {
        return uint8(_votes[timestep].choiceOf(operator));
    }

    /// @inheritdoc ISettlement
    function terms() external view returns (IConsortium.Terms memory) {
        return IConsortium.Terms(SETTLEMENT_TIMESTEPS, GRACE_TIMESTEPS, COMPENSATION_E4, KAPPA_E6);
    }

    function _requireOwner(uint8 operator) private view {
        if (CONSORTIUM.accountsOf(operator).owner != msg.sender) revert NotAnOwner(msg.sender);
    }

    function _timestep() private view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    function _oracle() private view returns (uint8 operator, uint256 members) {
        (operator, members) = CONSORTIUM.oracleOf(msg.sender);
        if (operator == 0) revert NotAnOracle(msg.sender);
    }

    function _requireRunning(uint32 timestep) private view {
        uint32 current = _timestep();
        uint32 expected = current - current % SETTLEMENT_TIMESTEPS;
        if (timestep != expected || timestep <= FIRST_TIMESTEP) revert WrongTimestep(timestep, expected);
    }

    function _requireTurn(uint32 timestep, uint8 operator, uint256 members) private view {
        uint256 n = members.count();
        uint256 rank = (members.position(operator) + n - timestep / SETTLEMENT_TIMESTEPS % n) % n;
        uint256 from = timestep * TIMESTEP_SECONDS + rank * TAKEOVER_SECONDS;
        if (block.timestamp < from) revert NotYourTurn(operator, rank, uint64(from), uint64(block.timestamp));
    }

    function _requireSilent(Votes votes, uint32 timestep, uint8 operator) private pure {
        if (votes.choiceOf(operator) != 0) revert AlreadySpoken(timestep, operator);
    }

    function _requireSums(bytes calldata sums) private pure {
        if (sums.length % SUM_BYTES != 0 || sums.length > MOST_SUMS * SUM_BYTES) {
            revert SumsLength(sums.length, MOST_SUMS * SUM_BYTES);
        }
        uint256 last;
        for (uint256 offset = 0; offset < sums.length; offset += SUM_BYTES) {
            uint256 pair = uint16(bytes2(sums[offset:offset + 2]));
            if (offset > 0 && pair <= last) revert SumsUnordered(uint8(pair >> 8), uint8(pair));
            last = pair;
        }
    }

    function _hash(bytes32 digest, bytes calldata sums) private pure returns (bytes32) {
        return keccak256(abi.encode(digest, keccak256(sums)));
    }

    /// Counts a vote and makes the candidate final when it has the quorum.
    function _count(
        Votes votes,
        uint32 timestep,
        uint256 candidate,
        uint8 operator,
        uint256 members,
        bytes calldata sums
    ) private {
        votes = votes.withVote(operator, candidate);
        emit SettlementAttested(timestep, operator, uint8(candidate));
        uint256 n = members.count();
        uint256 inFavor = votes.inFavor(candidate, members);
        if (votes.isOpen() && QUORUM.isReached(inFavor, n)) {
            votes = votes.withFinal(candidate);
            emit SettlementFinal(timestep, uint8(candidate), uint8(inFavor), uint8(n));
            _lastFinal = timestep;
            _enter(sums);
        }
        _votes[timestep] = votes;
    }

    function _enter(bytes calldata sums) private {
        for (uint256 offset = 0; offset < sums.length; offset += SUM_BYTES) {
            uint8 provider = uint8(sums[offset]);
            uint8 operator = uint8(sums[offset + 1]);
            uint64 owed = uint64(bytes8(sums[offset + 2:offset + 10]));
            uint64 charged = uint64(bytes8(sums[offset + 10:offset + 18]));
            uint64 compensation = uint64(bytes8(sums[offset + 18:offset + 26]));
            if (owed != 0 && provider != operator) _billed[provider][operator] += owed;
            if (charged != 0) _billed[0][provider] += charged;
            if (compensation != 0) _guarantees[operator].owedMicroEuro += compensation;
        }
    }

    function _claim(Claim calldata c) private {
        Votes votes = _votes[c.settlement];
        Final storage f = _posted[c.settlement][votes.finalCandidate()];
        if (!votes.isFinal() || !c.bill.isBill() || !c.bill.isInTree(c.index, c.path, f.billsRoot, f.bills)) {
            revert NotInSettlement(c.settlement, c.index);
        }
        uint32 session = c.bill.session();
        address account = c.bill.account();
        if (msg.sender != account) {
            bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CLAIM, session, c.to)));
            if (!Proof.isOf(account, digest, c.signature)) revert NotYourBill(session, msg.sender);
        }
        uint256 shift = 2 * (session % 128);
        uint256 word = _claimed[session / 128];
        uint256 bits = word >> shift & 3;

        uint64 compensation = c.bill.compensationMicroEuro();
        Guarantee storage g = _guarantees[c.bill.operator()];
        bool pays = bits & COMPENSATION == 0 && compensation <= g.microEuro;
        bool mints = bits & TOKENS == 0;
        // somebody sent it before: no reason to keep the others out
        if (!pays && !mints) return;
        _claimed[session / 128] = word | (TOKENS | (pays ? COMPENSATION : 0)) << shift;
        if (mints) _mint(c, f, session);
        if (pays && compensation != 0) {
            g.microEuro -= compensation;
            g.owedMicroEuro -= compensation;
            emit CompensationClaimed(session, c.to, compensation);
            EURO.safeTransfer(c.to, compensation);
        }
    }

    function _mint(Claim calldata c, Final storage f, uint32 session) private {
        uint64 tokens = c.bill.tokens();
        uint64 left = f.tokensLeft;
        if (tokens > left) revert TokensExceeded(c.settlement, tokens, left);
        f.tokensLeft = left - tokens;
        emit TokensClaimed(session, c.to, tokens);
        if (tokens != 0) FLEXIBILITY.mint(c.to, tokens);
    }
}
