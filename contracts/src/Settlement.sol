// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Ballots} from "./Ballots.sol";
import {Bill} from "./Bill.sol";
import {IAlgorithmRegistry} from "./IAlgorithmRegistry.sol";
import {IConsortium} from "./IConsortium.sol";
import {IEuro} from "./IEuro.sol";
import {IFlexibilityToken} from "./IFlexibilityToken.sol";
import {ISettlement} from "./ISettlement.sol";
import {Proof} from "./Proof.sol";
import {Votes, VotesLibrary} from "./Votes.sol";

/// @title Bills, and what follows from them; documented in ISettlement
contract Settlement is ISettlement, Ballots, EIP712 {
    using Bill for bytes;
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

    IAlgorithmRegistry private immutable VALUATIONS;
    IEuro private immutable EURO;
    IFlexibilityToken private immutable FLEXIBILITY;
    uint16 private immutable SETTLEMENT_TIMESTEPS;
    uint16 private immutable GRACE_TIMESTEPS;
    uint32 private immutable COMPENSATION_E4;
    uint32 private immutable KAPPA_E6;

    uint32 private _lastFinal;
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
    ) Ballots(consortium) EIP712("chargeproof", "3") {
        if (
            t.settlementTimesteps == 0 || t.settlementTimesteps > MOST_TERM_TIMESTEPS || t.graceTimesteps == 0
                || t.graceTimesteps > MOST_TERM_TIMESTEPS || t.compensationE4 > MOST_COMPENSATION_E4
                || t.kappaE6 > MOST_KAPPA_E6
        ) revert BadTerms();
        VALUATIONS = valuations;
        EURO = euro;
        FLEXIBILITY = flexibility;
        SETTLEMENT_TIMESTEPS = t.settlementTimesteps;
        GRACE_TIMESTEPS = t.graceTimesteps;
        COMPENSATION_E4 = t.compensationE4;
        KAPPA_E6 = t.kappaE6;
    }

    /// @inheritdoc ISettlement
    function post(Statement calldata s, bytes calldata sums) external {
        (uint8 operator, uint256 members) = _oracle();
        _requireRunning(s.timestep);
        _requireTurn(operator, members, s.timestep / SETTLEMENT_TIMESTEPS, s.timestep * TIMESTEP_SECONDS);
        Votes votes = _votesOf(s.timestep);
        _requireSilent(votes, s.timestep, operator);
        bytes32 expected = VALUATIONS.algorithmAt(s.timestep);
        // 0 before the first activation: bills that nobody can compute again
        if (s.valuation != expected || expected == 0) revert WrongValuation(s.valuation, expected);
        _requireEarlier(s.snapshotBlock);
        _requireSums(sums);
        (uint256 candidate, bool isNew) = _enter(votes, s.timestep, digestOf(s), sums);
        if (!isNew) return _count(votes, s.timestep, candidate, operator, members, sums);
        _posted[s.timestep][candidate] = Final(s.billsRoot, s.bills, s.tokens);
        emit SettlementPosted(
            s.timestep, operator, uint8(candidate), s.snapshotBlock, s.valuation, s.billsRoot, s.bills, s.tokens, sums
        );
        _count(votes.withCandidate(), s.timestep, candidate, operator, members, sums);
    }

    /// @inheritdoc ISettlement
    function attest(uint32 timestep, uint8 candidate, bytes32 digest, bytes calldata sums) external {
        (uint8 operator, uint256 members) = _oracle();
        _requireRunning(timestep);
        Votes votes = _votesOf(timestep);
        _requireSilent(votes, timestep, operator);
        _attest(votes, timestep, candidate, operator, members, digest, sums);
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
        g.takingFrom = _currentTimestep() + TAKING_TIMESTEPS;
        emit GuaranteeTakingAnnounced(operator, microEuro, g.takingFrom);
    }

    /// @inheritdoc ISettlement
    function takeGuarantee(uint8 operator) external {
        _requireOwner(operator);
        Guarantee storage g = _guarantees[operator];
        if (_currentTimestep() < g.takingFrom) revert TakingTooEarly(operator, g.takingFrom);
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
        (bool stands,) = _find(settlement, bill, index, path);
        return stands;
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
        Votes votes = _votesOf(timestep);
        finalCandidate = votes.finalCandidate();
        return (uint8(votes.candidates()), finalCandidate, _posted[timestep][finalCandidate].billsRoot);
    }

    /// @inheritdoc ISettlement
    function terms() external view returns (IConsortium.Terms memory) {
        return IConsortium.Terms(SETTLEMENT_TIMESTEPS, GRACE_TIMESTEPS, COMPENSATION_E4, KAPPA_E6);
    }

    function _requireOwner(uint8 operator) private view {
        if (CONSORTIUM.accountsOf(operator).owner != msg.sender) revert NotAnOwner(msg.sender);
    }

    function _requireRunning(uint32 timestep) private view {
        uint32 current = _currentTimestep();
        uint32 expected = current - current % SETTLEMENT_TIMESTEPS;
        if (timestep != expected || timestep <= FIRST_TIMESTEP) revert WrongTimestep(timestep, expected);
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

    function _emitAttested(uint32 timestep, uint8 operator, uint8 candidate) internal override {
        emit SettlementAttested(timestep, operator, candidate);
    }

    function _finish(uint32 timestep, uint8 candidate, uint8 inFavor, uint8 members, bytes calldata sums)
        internal
        override
    {
        emit SettlementFinal(timestep, candidate, inFavor, members);
        _lastFinal = timestep;
        _book(sums);
    }

    function _revertDifferent(uint32 timestep, uint8 candidate) internal pure override {
        revert DifferentStatement(timestep, candidate);
    }

    function _revertFull(uint32 timestep) internal pure override {
        revert TooManyCandidates(timestep, VotesLibrary.MOST_CANDIDATES);
    }

    function _book(bytes calldata sums) private {
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

    /// @return stands whether the bill is in a final settlement
    /// @return f that settlement, or an empty one: no candidate has the number that stands for none
    function _find(uint32 settlement, bytes calldata bill, uint32 index, bytes32[] calldata path)
        private
        view
        returns (bool stands, Final storage f)
    {
        Votes votes = _votesOf(settlement);
        f = _posted[settlement][votes.finalCandidate()];
        stands = votes.isFinal() && bill.isBill() && bill.isInTree(index, path, f.billsRoot, f.bills);
    }

    function _claim(Claim calldata c) private {
        (bool stands, Final storage f) = _find(c.settlement, c.bill, c.index, c.path);
        if (!stands) revert NotInSettlement(c.settlement, c.index);
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
