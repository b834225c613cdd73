// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IConsortium} from "./IConsortium.sol";
import {ISettlement} from "./ISettlement.sol";
import {Members} from "./Members.sol";
import {Names} from "./Names.sol";
import {Proof} from "./Proof.sol";
import {QuorumLibrary} from "./Quorum.sol";

/// @title The operators, their accounts and the parameters of their network; documented in IConsortium
contract Consortium is IConsortium, EIP712 {
    using Members for uint256;

    /// Four bits for each operator that ever was, in the votes of a timestep (see Plans).
    uint256 private constant MOST_OPERATORS_EVER = 60;
    /// Ids of providers follow, as far as a bit in a word goes.
    uint256 private constant MOST_IDS = 255;
    uint256 private constant MOST_NAME_BYTES = 64;
    uint64 private constant PROPOSAL_SECONDS = 30 days;
    uint256 private constant MOST_OPEN_PROPOSALS = 8;
    bytes32 private constant MEMBERSHIP =
        keccak256("Membership(string name,address owner,address oracle,address meter)");
    bytes32 private constant PROVIDER = keccak256("Provider(string name,address owner,address desk)");
    bytes32 private constant DESK = keccak256("Desk(uint8 provider,address desk)");
    bytes32 private constant HOT_ACCOUNTS = keccak256("HotAccounts(uint8 operator,address oracle,address meter)");

    struct Operator {
        string name;
        Accounts accounts;
    }

    struct Proposal {
        Kind kind;
        uint8 target;
        bool done;
        uint64 votes;
        uint64 expires;
        string name;
        Accounts accounts;
        uint64 capMicroEuro;
    }

    struct Cap {
        uint64 microEuro;
        /// The proposal that set it, plus 1.
        uint64 decidedBy;
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
    Market private _market;
    uint256 private _members;
    uint256 private _providers;
    uint8 private _lastOperator;
    uint8 private _lastProvider = uint8(MOST_OPERATORS_EVER);
    mapping(uint8 operator => Operator) private _operators;
    mapping(address account => Account) private _accounts;
    Proposal[] private _proposals;
    /// The last proposals of a member, plus 1: one that is done or has ended makes room for another.
    mapping(uint8 operator => uint256[MOST_OPEN_PROPOSALS]) private _proposalsOf;
    mapping(bytes32 nameHash => uint8 bearer) private _names;
    mapping(address issuer => Cap) private _issuerCaps;

    constructor(Parameters memory p, string[] memory names, Accounts[] memory founders) EIP712("chargeproof", "3") {
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
    /// @param market_ the contracts that bill and pay; all 0 for a network without
    function link(address assets, address charging, address plans_, address algorithms, Market calldata market_)
        external
    {
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
        if (market_.settlement == address(0)) return;
        _market = market_;
        Terms memory terms = ISettlement(market_.settlement).terms();
        emit MarketLinked(
            market_.euro,
            market_.flexibility,
            market_.settlement,
            market_.channels,
            market_.meters,
            market_.valuations,
            terms.settlementTimesteps,
            terms.graceTimesteps,
            terms.compensationE4,
            terms.kappaE6
        );
    }

    /// @inheritdoc IConsortium
    function proposeAdmission(string calldata name, Accounts calldata accounts, Proofs calldata proofs)
        external
        returns (uint256 proposal)
    {
        uint8 proposer = _owner();
        _requireAdmissible(name, accounts);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(MEMBERSHIP, keccak256(bytes(name)), accounts.owner, accounts.oracle, accounts.meter))
        );
        _requireProof(accounts.owner, digest, proofs.owner);
        _requireProof(accounts.oracle, digest, proofs.oracle);
        _requireProof(accounts.meter, digest, proofs.meter);
        proposal = _propose(proposer, Kind.Admission, 0, name);
        _proposals[proposal].name = name;
        _proposals[proposal].accounts = accounts;
        _vote(proposal, proposer);
    }

    /// @inheritdoc IConsortium
    function proposeExclusion(uint8 operator) external returns (uint256 proposal) {
        uint8 proposer = _owner();
        if (_providers >> operator & 1 == 0) revert UnknownOperator(operator);
        proposal = _propose(proposer, Kind.Exclusion, operator, _operators[operator].name);
        _vote(proposal, proposer);
    }

    /// @inheritdoc IConsortium
    function proposeProvider(
        string calldata name,
        address owner,
        address desk,
        bytes calldata ownerProof,
        bytes calldata deskProof
    ) external returns (uint256 proposal) {
        uint8 proposer = _owner();
        _requireName(name);
        _requireFree(owner);
        _requireFree(desk);
        if (desk == owner) revert AccountInUse(desk);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PROVIDER, keccak256(bytes(name)), owner, desk)));
        _requireProof(owner, digest, ownerProof);
        _requireProof(desk, digest, deskProof);
        proposal = _propose(proposer, Kind.ProviderAdmission, 0, name);
        _proposals[proposal].name = name;
        _proposals[proposal].accounts = Accounts(owner, address(0), desk);
        _vote(proposal, proposer);
    }

    /// @inheritdoc IConsortium
    function proposeIssuerCap(address issuer, uint64 capMicroEuro) external returns (uint256 proposal) {
        uint8 proposer = _owner();
        proposal = _propose(proposer, Kind.IssuerCap, 0, "");
        _proposals[proposal].accounts.owner = issuer;
        _proposals[proposal].capMicroEuro = capMicroEuro;
        emit IssuerProposed(proposal, issuer, capMicroEuro);
        _vote(proposal, proposer);
    }

    /// @inheritdoc IConsortium
    function vote(uint256 proposal) external {
        if (proposal >= _proposals.length) revert UnknownProposal(proposal);
        _vote(proposal, _owner());
    }

    /// @inheritdoc IConsortium
    function changeAccounts(address oracle, address meter, bytes calldata oracleProof, bytes calldata meterProof)
        external
    {
        uint8 operator = _owner();
        Accounts storage accounts = _operators[operator].accounts;
        (address oracleBefore, address meterBefore) = (accounts.oracle, accounts.meter);
        delete _accounts[oracleBefore];
        delete _accounts[meterBefore];
        _claim(oracle, operator, Role.Oracle);
        _claim(meter, operator, Role.Meter);
        // whose key nobody has shown could be a candidate's, or the next one of another operator
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(HOT_ACCOUNTS, operator, oracle, meter)));
        if (oracle != oracleBefore && oracle != meterBefore) _requireProof(oracle, digest, oracleProof);
        if (meter != oracleBefore && meter != meterBefore) _requireProof(meter, digest, meterProof);
        accounts.oracle = oracle;
        accounts.meter = meter;
        emit AccountsChanged(operator, oracle, meter);
    }

    /// @inheritdoc IConsortium
    function changeDesk(address desk, bytes calldata deskProof) external {
        Account memory a = _accounts[msg.sender];
        if (a.role != Role.Provider) revert NotAnOwner(msg.sender);
        Accounts storage accounts = _operators[a.operator].accounts;
        delete _accounts[accounts.meter];
        _claim(desk, a.operator, Role.Desk);
        _requireProof(desk, _hashTypedDataV4(keccak256(abi.encode(DESK, a.operator, desk))), deskProof);
        accounts.meter = desk;
        emit DeskChanged(a.operator, desk);
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
    function providers() external view returns (uint256) {
        return _providers;
    }

    /// @inheritdoc IConsortium
    function issuerCapOf(address issuer) external view returns (uint64) {
        return _issuerCaps[issuer].microEuro;
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
    function market() external view returns (Market memory) {
        return _market;
    }

    /// @inheritdoc IConsortium
    function channels() external view returns (address) {
        return _market.channels;
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
        return "chargeproof/7";
    }

    function _owner() private view returns (uint8) {
        Account memory a = _accounts[msg.sender];
        if (a.role != Role.Owner) revert NotAnOwner(msg.sender);
        return a.operator;
    }

    function _propose(uint8 proposer, Kind kind, uint8 target, string memory name) private returns (uint256 proposal) {
        uint256[MOST_OPEN_PROPOSALS] storage last = _proposalsOf[proposer];
        uint256 place;
        while (place < MOST_OPEN_PROPOSALS && last[place] != 0 && _isOpen(last[place] - 1)) ++place;
        if (place == MOST_OPEN_PROPOSALS) revert TooManyProposals(proposer, MOST_OPEN_PROPOSALS);
        proposal = _proposals.length;
        last[place] = proposal + 1;
        Proposal storage p = _proposals.push();
        p.kind = kind;
        p.target = target;
        p.expires = uint64(block.timestamp) + PROPOSAL_SECONDS;
        emit Proposed(proposal, kind, proposer, target, name, p.expires);
    }

    function _isOpen(uint256 id) private view returns (bool) {
        Proposal storage p = _proposals[id];
        return !p.done && block.timestamp <= p.expires;
    }

    function _vote(uint256 id, uint8 operator) private {
        Proposal storage p = _proposals[id];
        if (p.done) revert ProposalDone(id);
        if (block.timestamp > p.expires) revert ProposalExpired(id, p.expires);
        uint64 bit = uint64(1) << operator;
        if (p.votes & bit != 0) revert AlreadyVoted(id, operator);
        p.votes |= bit;
        emit Voted(id, operator);
        uint256 all = _members;
        // those excluded since they voted do not count
        if (!QuorumLibrary.MAJORITY.isReached(all.countOf(p.votes), all.count())) return;
        p.done = true;
        if (p.kind == Kind.IssuerCap) {
            // an older proposal that is carried late undoes nothing
            if (id < _issuerCaps[p.accounts.owner].decidedBy) return;
            _issuerCaps[p.accounts.owner] = Cap(p.capMicroEuro, uint64(id) + 1);
            emit IssuerCapChanged(p.accounts.owner, p.capMicroEuro);
        } else if (p.kind == Kind.Exclusion) {
            if (_providers >> p.target & 1 == 1) _exclude(p.target);
        } else {
            Accounts memory accounts = p.accounts;
            string memory name = p.name;
            bool runsOracle = p.kind == Kind.Admission;
            // somebody was first with one of the accounts or the name: done, without effect
            bool free = _isFree(accounts.owner) && _isFree(accounts.meter) && (!runsOracle || _isFree(accounts.oracle));
            if (!free || _names[keccak256(bytes(name))] != 0) return;
            if (runsOracle) _admit(name, accounts);
            else _admitProvider(name, accounts);
        }
    }

    function _requireAdmissible(string memory name, Accounts memory accounts) private view {
        _requireName(name);
        _requireFree(accounts.owner);
        _requireFree(accounts.oracle);
        _requireFree(accounts.meter);
        if (accounts.oracle == accounts.owner) revert AccountInUse(accounts.oracle);
        if (accounts.meter == accounts.owner || accounts.meter == accounts.oracle) revert AccountInUse(accounts.meter);
    }

    function _requireName(string memory name) private view {
        if (bytes(name).length == 0 || bytes(name).length > MOST_NAME_BYTES) {
            revert NameLength(bytes(name).length, MOST_NAME_BYTES);
        }
        (bool ok, uint256 index) = Names.check(bytes(name));
        if (!ok) revert NameCharacter(index);
        uint8 bearer = _names[keccak256(bytes(name))];
        if (bearer != 0) revert NameInUse(bearer);
    }

    function _isFree(address account) private view returns (bool) {
        return account != address(0) && _accounts[account].role == Role.None;
    }

    function _requireFree(address account) private view {
        if (!_isFree(account)) revert AccountInUse(account);
    }

    function _requireProof(address account, bytes32 digest, bytes calldata proof) private pure {
        if (!Proof.isOf(account, digest, proof)) revert BadProof(account);
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
        _names[keccak256(bytes(name))] = operator;
        _members = _members.add(operator);
        _providers |= 1 << operator;
        emit OperatorAdmitted(operator, name, accounts.owner, accounts.oracle, accounts.meter);
    }

    function _admitProvider(string memory name, Accounts memory accounts) private {
        if (_lastProvider == MOST_IDS) revert TooManyProviders(MOST_IDS - MOST_OPERATORS_EVER);
        uint8 provider = ++_lastProvider;
        _claim(accounts.owner, provider, Role.Provider);
        _claim(accounts.meter, provider, Role.Desk);
        _operators[provider] = Operator(name, accounts);
        _names[keccak256(bytes(name))] = provider;
        _providers |= 1 << provider;
        emit ProviderAdmitted(provider, name, accounts.owner, accounts.meter);
    }

    /// @param operator or provider
    function _exclude(uint8 operator) private {
        bool isMember = operator <= MOST_OPERATORS_EVER;
        if (isMember && _members.count() == 1) revert LastOperator(operator);
        Accounts memory accounts = _operators[operator].accounts;
        delete _accounts[accounts.owner];
        delete _accounts[accounts.oracle];
        delete _accounts[accounts.meter];
        delete _names[keccak256(bytes(_operators[operator].name))];
        _providers &= ~(1 << operator);
        if (!isMember) {
            emit ProviderExcluded(operator);
            return;
        }
        _members = _members.remove(operator);
        emit OperatorExcluded(operator);
    }
}
