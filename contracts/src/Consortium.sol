// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "./IConsortium.sol";
import {Members} from "./Members.sol";

/// @title The operators, their accounts and the parameters of their network; documented in IConsortium
contract Consortium is IConsortium {
    using Members for uint256;

    /// Four bits for each operator that ever was, in the votes of a timestep (see Plans).
    uint256 private constant MOST_OPERATORS_EVER = 60;
    uint256 private constant MOST_NAME_BYTES = 64;

    struct Operator {
        string name;
        Accounts accounts;
    }

    struct Proposal {
        Kind kind;
        uint8 target;
        bool done;
        uint64 votes;
        string name;
        Accounts accounts;
    }

    struct Account {
        uint8 operator;
        Role role;
    }

    uint32 private immutable TIMESTEP_SECONDS;
    uint32 private immutable GATE_SECONDS;
    uint32 private immutable TAKEOVER_SECONDS;
    uint16 private immutable STEPS_PER_HOUR;
    uint8 private immutable QUORUM_NUMERATOR;
    uint8 private immutable QUORUM_DENOMINATOR;
    address private immutable DEPLOYER;

    Network private _network;
    uint256 private _members;
    uint8 private _lastOperator;
    mapping(uint8 operator => Operator) private _operators;
    mapping(address account => Account) private _accounts;
    Proposal[] private _proposals;
    /// Open proposals that name an account.
    mapping(address account => uint256 proposals) private _reserved;

    constructor(Parameters memory p, string[] memory names, Accounts[] memory founders) {
        // a quorum of half or less would let two different plans become final
        if (
            p.timestepSeconds < 10 || p.gateSeconds == 0 || p.gateSeconds >= p.timestepSeconds || p.takeoverSeconds == 0
                || p.takeoverSeconds >= p.gateSeconds || p.stepsPerHour == 0 || p.stepsPerHour > 60
                || p.quorumNumerator >= p.quorumDenominator || 2 * uint256(p.quorumNumerator) < p.quorumDenominator
                || founders.length == 0 || names.length != founders.length
        ) revert BadParameters();
        TIMESTEP_SECONDS = p.timestepSeconds;
        GATE_SECONDS = p.gateSeconds;
        TAKEOVER_SECONDS = p.takeoverSeconds;
        STEPS_PER_HOUR = p.stepsPerHour;
        QUORUM_NUMERATOR = p.quorumNumerator;
        QUORUM_DENOMINATOR = p.quorumDenominator;
        DEPLOYER = msg.sender;
        _network.deployedAtBlock = uint64(block.number);
        _network.firstTimestep = uint32(block.timestamp / p.timestepSeconds);
        for (uint256 i = 0; i < founders.length; ++i) {
            _admit(names[i], founders[i]);
        }
    }

    /// @notice Names the other contracts of the network, once, by who deployed this one.
    function link(address assets, address charging, address plans_, address algorithms) external {
        if (msg.sender != DEPLOYER) revert NotDeployer(msg.sender);
        if (_network.assets != address(0)) revert AlreadyLinked();
        _network.assets = assets;
        _network.charging = charging;
        _network.plans = plans_;
        _network.algorithms = algorithms;
        emit NetworkLinked(
            protocol(),
            assets,
            charging,
            plans_,
            algorithms,
            _network.deployedAtBlock,
            _network.firstTimestep,
            TIMESTEP_SECONDS,
            GATE_SECONDS,
            TAKEOVER_SECONDS,
            STEPS_PER_HOUR,
            QUORUM_NUMERATOR,
            QUORUM_DENOMINATOR
        );
    }

    /// @inheritdoc IConsortium
    function proposeAdmission(string calldata name, Accounts calldata accounts) external returns (uint256 proposal) {
        uint8 proposer = _owner();
        _requireAdmissible(name, accounts);
        proposal = _proposals.length;
        Proposal storage p = _proposals.push();
        p.kind = Kind.Admission;
        p.name = name;
        p.accounts = accounts;
        ++_reserved[accounts.owner];
        ++_reserved[accounts.oracle];
        ++_reserved[accounts.meter];
        emit Proposed(proposal, Kind.Admission, proposer, 0, name);
        _vote(proposal, proposer);
    }

    /// @inheritdoc IConsortium
    function proposeExclusion(uint8 operator) external returns (uint256 proposal) {
        uint8 proposer = _owner();
        if (!_members.includes(operator)) revert UnknownOperator(operator);
        proposal = _proposals.length;
        Proposal storage p = _proposals.push();
        p.kind = Kind.Exclusion;
        p.target = operator;
        emit Proposed(proposal, Kind.Exclusion, proposer, operator, _operators[operator].name);
        _vote(proposal, proposer);
    }

    /// @inheritdoc IConsortium
    function vote(uint256 proposal) external {
        if (proposal >= _proposals.length) revert UnknownProposal(proposal);
        _vote(proposal, _owner());
    }

    /// @inheritdoc IConsortium
    function changeAccounts(address oracle, address meter) external {
        uint8 operator = _owner();
        _requireNotReserved(oracle, operator);
        _requireNotReserved(meter, operator);
        Accounts storage accounts = _operators[operator].accounts;
        delete _accounts[accounts.oracle];
        delete _accounts[accounts.meter];
        _claim(oracle, operator, Role.Oracle);
        _claim(meter, operator, Role.Meter);
        accounts.oracle = oracle;
        accounts.meter = meter;
        emit AccountsChanged(operator, oracle, meter);
    }

    /// @inheritdoc IConsortium
    function roleOf(address account) external view returns (uint8 operator, Role role) {
        Account memory a = _accounts[account];
        return (a.operator, a.role);
    }

    /// @inheritdoc IConsortium
    function oracleOf(address account) external view returns (uint8 operator, uint256 members_) {
        Account memory a = _accounts[account];
        return (a.role == Role.Oracle ? a.operator : 0, _members);
    }

    /// @inheritdoc IConsortium
    function members() external view returns (uint256) {
        return _members;
    }

    /// @inheritdoc IConsortium
    function accountsOf(uint8 operator) external view returns (Accounts memory) {
        return _operators[operator].accounts;
    }

    /// @inheritdoc IConsortium
    function nameOf(uint8 operator) external view returns (string memory) {
        return _operators[operator].name;
    }

    /// @inheritdoc IConsortium
    function parameters() external view returns (Parameters memory) {
        return Parameters(
            TIMESTEP_SECONDS, GATE_SECONDS, TAKEOVER_SECONDS, STEPS_PER_HOUR, QUORUM_NUMERATOR, QUORUM_DENOMINATOR
        );
    }

    /// @inheritdoc IConsortium
    function network() external view returns (Network memory) {
        return _network;
    }

    /// @inheritdoc IConsortium
    function plans() external view returns (address) {
        return _network.plans;
    }

    /// @inheritdoc IConsortium
    function currentTimestep() external view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    /// @inheritdoc IConsortium
    function protocol() public pure returns (string memory) {
        return "chargeproof/2";
    }

    function _owner() private view returns (uint8) {
        Account memory a = _accounts[msg.sender];
        if (a.role != Role.Owner) revert NotAnOwner(msg.sender);
        return a.operator;
    }

    function _vote(uint256 id, uint8 operator) private {
        Proposal storage p = _proposals[id];
        if (p.done) revert ProposalDone(id);
        uint64 bit = uint64(1) << operator;
        if (p.votes & bit != 0) revert AlreadyVoted(id, operator);
        p.votes |= bit;
        emit Voted(id, operator);
        uint256 all = _members;
        uint256 inFavor;
        for (uint256 i = 0; i < all.count(); ++i) {
            // those excluded since they voted do not count
            if (p.votes & (uint64(1) << all.idAt(i)) != 0) ++inFavor;
        }
        if (2 * inFavor <= all.count()) return;
        p.done = true;
        if (p.kind == Kind.Admission) {
            Accounts memory accounts = p.accounts;
            --_reserved[accounts.owner];
            --_reserved[accounts.oracle];
            --_reserved[accounts.meter];
            // another proposal for the same accounts was first: done, without effect
            if (_isFree(accounts.owner) && _isFree(accounts.oracle) && _isFree(accounts.meter)) {
                _admit(p.name, accounts);
            }
        } else if (all.includes(p.target)) {
            _exclude(p.target);
        }
    }

    function _requireAdmissible(string memory name, Accounts memory accounts) private view {
        if (bytes(name).length == 0 || bytes(name).length > MOST_NAME_BYTES) {
            revert NameLength(bytes(name).length, MOST_NAME_BYTES);
        }
        _requireFree(accounts.owner);
        _requireFree(accounts.oracle);
        _requireFree(accounts.meter);
        if (accounts.oracle == accounts.owner) revert AccountInUse(accounts.oracle);
        if (accounts.meter == accounts.owner || accounts.meter == accounts.oracle) revert AccountInUse(accounts.meter);
    }

    function _isFree(address account) private view returns (bool) {
        return account != address(0) && _accounts[account].role == Role.None;
    }

    function _requireFree(address account) private view {
        if (!_isFree(account)) revert AccountInUse(account);
    }

    /// Who took a candidate's account would veto its admission. What an operator has already it may keep.
    function _requireNotReserved(address account, uint8 operator) private view {
        if (_reserved[account] != 0 && _accounts[account].operator != operator) revert AccountInUse(account);
    }

    function _claim(address account, uint8 operator, Role role) private {
        _requireFree(account);
        _accounts[account] = Account(operator, role);
    }

    function _admit(string memory name, Accounts memory accounts) private {
        _requireAdmissible(name, accounts);
        if (_lastOperator == MOST_OPERATORS_EVER) revert TooManyOperators(MOST_OPERATORS_EVER);
        if (_members.count() == Members.MOST) revert TooManyOperators(Members.MOST);
        uint8 operator = ++_lastOperator;
        _claim(accounts.owner, operator, Role.Owner);
        _claim(accounts.oracle, operator, Role.Oracle);
        _claim(accounts.meter, operator, Role.Meter);
        _operators[operator] = Operator(name, accounts);
        _members = _members.add(operator);
        emit OperatorAdmitted(operator, name, accounts.owner, accounts.oracle, accounts.meter);
    }

    function _exclude(uint8 operator) private {
        if (_members.count() == 1) revert LastOperator(operator);
        Accounts memory accounts = _operators[operator].accounts;
        delete _accounts[accounts.owner];
        delete _accounts[accounts.oracle];
        delete _accounts[accounts.meter];
        _members = _members.remove(operator);
        emit OperatorExcluded(operator);
    }
}
