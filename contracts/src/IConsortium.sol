// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The operators, their accounts and the parameters of their network
/// @notice The one address that everybody needs: it leads to all other contracts. Operators are admitted and excluded by
/// a majority of the members. An operator's id is given once, from 1 up, and never again.
interface IConsortium {
    /// @param owner signs governance and assets; kept offline
    /// @param oracle posts and attests plans
    /// @param meter reports status, meters, limits and forecasts
    struct Accounts {
        address owner;
        address oracle;
        address meter;
    }

    /// @param timestepSeconds length of a timestep in block time
    /// @param gateSeconds how long before its end a timestep stops taking requests
    /// @param takeoverSeconds how long each operator in the rotation has before the next may post
    /// @param stepsPerHour timesteps in an hour of energy: W = Wh * stepsPerHour. 3600 / timestepSeconds, but for
    /// networks that run faster than the clock
    /// @param quorumNumerator a plan is final with more than numerator / denominator of the members
    struct Parameters {
        uint32 timestepSeconds;
        uint32 gateSeconds;
        uint32 takeoverSeconds;
        uint16 stepsPerHour;
        uint8 quorumNumerator;
        uint8 quorumDenominator;
    }

    /// @param deployedAtBlock first block that can hold a log of the network
    /// @param firstTimestep timestep in which the network was deployed
    struct Network {
        address assets;
        address charging;
        address plans;
        address algorithms;
        uint64 deployedAtBlock;
        uint32 firstTimestep;
    }

    /// @notice Signatures by the three accounts of an operator, 65 bytes each (EIP-712: see the contracts' reference).
    struct Proofs {
        bytes owner;
        bytes oracle;
        bytes meter;
    }

    enum Role {
        None,
        Owner,
        Oracle,
        Meter
    }

    enum Kind {
        Admission,
        Exclusion
    }

    /// @notice All that a reader of logs needs to know of the network: where its other contracts are, from where on to read,
    /// and its parameters.
    event NetworkLinked(
        string protocol,
        address assets,
        address charging,
        address plans,
        address algorithms,
        uint64 deployedAtBlock,
        uint32 firstTimestep,
        uint32 timestepSeconds,
        uint32 gateSeconds,
        uint32 takeoverSeconds,
        uint16 stepsPerHour,
        uint8 quorumNumerator,
        uint8 quorumDenominator
    );
    event OperatorAdmitted(uint8 indexed operator, string name, address owner, address oracle, address meter);
    event OperatorExcluded(uint8 indexed operator);
    event AccountsChanged(uint8 indexed operator, address oracle, address meter);
    /// @param expires last second of block time in which a vote counts
    event Proposed(
        uint256 indexed proposal, Kind kind, uint8 indexed proposer, uint8 target, string name, uint64 expires
    );
    event Voted(uint256 indexed proposal, uint8 indexed operator);

    /// @notice Parameters out of range: 10 <= timestep, 0 < gate < timestep, takeover < gate, 1 to 60 steps per hour,
    /// and a quorum from one half up to, but not including, the whole
    error BadParameters();
    /// @notice Only who deployed the contract links it
    error NotDeployer(address account);
    /// @notice Linked once, in its order, and never again
    error AlreadyLinked();
    /// @notice Only owner accounts of members vote and propose
    error NotAnOwner(address account);
    /// @notice An account has one role in the consortium, and is not 0
    error AccountInUse(address account);
    /// @notice No member or provider has this id now
    error UnknownOperator(uint8 operator);
    /// @notice No proposal has this number
    error UnknownProposal(uint256 proposal);
    /// @notice The proposal was carried out
    error ProposalDone(uint256 proposal);
    /// @notice An operator votes once for a proposal
    error AlreadyVoted(uint256 proposal, uint8 operator);
    /// @notice So many members at a time, or operators ever
    error TooManyOperators(uint256 limit);
    /// @notice A consortium keeps one member
    error LastOperator(uint8 operator);
    /// @notice A name has 1 to 64 bytes
    error NameLength(uint256 length, uint256 most);
    /// @notice The character that begins at byte `index` is malformed, cannot be seen, or would not be shown as it stands
    error NameCharacter(uint256 index);
    /// @notice A member or provider has this name
    error NameInUse(uint8 operator);
    /// @notice The account has not signed what it is to be used for
    error BadProof(address account);
    /// @notice A proposal ends after 30 days of block time
    error ProposalExpired(uint256 proposal, uint64 expired);
    /// @notice So many open proposals of a member
    error TooManyProposals(uint8 operator, uint256 most);

    /// @notice Proposes a new member; the proposer votes for it at once. A proposal ends after 30 days of block time, and a
    /// member has at most 8 open ones, neither done nor ended.
    /// @param name 1 to 64 bytes of well-formed UTF-8 that can be shown as they stand; no member's name
    /// @param proofs each account has signed `Membership(string name,address owner,address oracle,address meter)`
    function proposeAdmission(string calldata name, Accounts calldata accounts, Proofs calldata proofs)
        external
        returns (uint256 proposal);

    /// @notice Proposes to exclude a member; the proposer votes for it at once. Ends and counts as an admission does.
    function proposeExclusion(uint8 operator) external returns (uint256 proposal);

    /// @notice Votes for a proposal; the vote that makes a majority carries it out. Of several admissions that name the same
    /// account or take the same name, the first one carried out counts; the others end without effect.
    function vote(uint256 proposal) external;

    /// @notice Replaces the caller's hot accounts.
    /// @param oracleProof, meterProof each account has signed `HotAccounts(uint8 operator,address oracle,address meter)`; empty
    /// for an account that is the operator's oracle or meter already
    function changeAccounts(address oracle, address meter, bytes calldata oracleProof, bytes calldata meterProof)
        external;

    /// @notice The operator and role behind an account; (0, None) for strangers and excluded operators.
    function roleOf(address account) external view returns (uint8 operator, Role role);

    /// @notice The operator whose oracle `account` is (0 if none), and the members in one word: see `members`.
    function oracleOf(address account) external view returns (uint8 operator, uint256 members);

    /// @notice The members in rotation order, one byte each from the lowest byte up; the highest byte is their number.
    function members() external view returns (uint256);

    function accountsOf(uint8 operator) external view returns (Accounts memory);
    function nameOf(uint8 operator) external view returns (string memory);
    function parameters() external view returns (Parameters memory);
    function network() external view returns (Network memory);

    /// @notice The contract that decides requests; alone, because it is asked for in every timestep.
    function plans() external view returns (address);

    /// @notice The timestep of the current block.
    function currentTimestep() external view returns (uint32);

    /// @notice What answers this call, and in which version: "chargeproof/3".
    function protocol() external pure returns (string memory);
}
