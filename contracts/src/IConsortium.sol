// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The operators, their accounts and the parameters of their network
/// @notice The one address that everybody needs: it leads to all other contracts. Operators are admitted and excluded by
/// a majority of the members, and so are providers that run no charge points (E-mobility service providers), which vouch for
/// drivers and pay for them, without a vote. An id is given once, and never again: from 1 up to operators, from 61 up to
/// such providers.
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

    /// @notice The contracts that bill and pay; all 0 in a network without.
    /// @param valuations an AlgorithmRegistry of its own, for the program that computes bills
    struct Market {
        address euro;
        address flexibility;
        address settlement;
        address channels;
        address meters;
        address valuations;
    }

    /// @notice By what bills are computed, the same for all.
    /// @param settlementTimesteps a settlement comes with each timestep that is a multiple of it; 1 to 96
    /// @param graceTimesteps so long a bill waits for meter readings after its session's end; 1 to 96
    /// @param compensationE4 what an operator owes for energy that it promised and did not deliver, in ten-thousandths of
    /// its price; at most 100,000
    /// @param kappaE6 tokens for a unit of flexibility value: see the reference of bills
    struct Terms {
        uint16 settlementTimesteps;
        uint16 graceTimesteps;
        uint32 compensationE4;
        uint32 kappaE6;
    }

    /// @notice Signatures by the three accounts of an operator, 65 bytes each (EIP-712: see the contracts' reference).
    struct Proofs {
        bytes owner;
        bytes oracle;
        bytes meter;
    }

    /// @dev Provider and Desk are the accounts of a provider without charge points: its owner, and what vouches for it.
    enum Role {
        None,
        Owner,
        Oracle,
        Meter,
        Provider,
        Desk
    }

    /// @dev Exclusion is that of a member or of a provider, by its id.
    enum Kind {
        Admission,
        Exclusion,
        ProviderAdmission,
        IssuerCap
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
    /// @notice All that a reader of logs needs to know of bills and payment, once, behind NetworkLinked.
    event MarketLinked(
        address euro,
        address flexibility,
        address settlement,
        address channels,
        address meters,
        address valuations,
        uint16 settlementTimesteps,
        uint16 graceTimesteps,
        uint32 compensationE4,
        uint32 kappaE6
    );
    event OperatorAdmitted(uint8 indexed operator, string name, address owner, address oracle, address meter);
    event OperatorExcluded(uint8 indexed operator);
    event ProviderAdmitted(uint8 indexed provider, string name, address owner, address desk);
    event ProviderExcluded(uint8 indexed provider);
    event DeskChanged(uint8 indexed provider, address desk);
    /// @param capMicroEuro what the issuer may have in circulation; 0: it issues no more
    event IssuerCapChanged(address indexed issuer, uint64 capMicroEuro);
    /// @notice What a proposal of kind IssuerCap is about.
    event IssuerProposed(uint256 indexed proposal, address indexed issuer, uint64 capMicroEuro);
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
    /// @notice Linked once, and never again
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
    /// @notice No more providers without charge points are ever given ids
    error TooManyProviders(uint256 limit);
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

    /// @notice Proposes to exclude a member or a provider; the proposer votes for it at once. Ends and counts as an admission does.
    function proposeExclusion(uint8 operator) external returns (uint256 proposal);

    /// @notice Proposes a provider without charge points; ends and counts as an admission does.
    /// @param desk vouches for users beside the owner
    /// @param ownerProof, deskProof each account has signed `Provider(string name,address owner,address desk)`
    function proposeProvider(
        string calldata name,
        address owner,
        address desk,
        bytes calldata ownerProof,
        bytes calldata deskProof
    ) external returns (uint256 proposal);

    /// @notice Proposes how many euros an issuer may have in circulation, from none on; ends and counts as an admission does.
    function proposeIssuerCap(address issuer, uint64 capMicroEuro) external returns (uint256 proposal);

    /// @notice Votes for a proposal; the vote that makes a majority carries it out. Of several admissions that name the same
    /// account or take the same name, the first one carried out counts; the others end without effect.
    function vote(uint256 proposal) external;

    /// @notice Replaces the caller's hot accounts.
    /// @param oracleProof, meterProof each account has signed `HotAccounts(uint8 operator,address oracle,address meter)`; empty
    /// for an account that is the operator's oracle or meter already
    function changeAccounts(address oracle, address meter, bytes calldata oracleProof, bytes calldata meterProof)
        external;

    /// @notice Replaces the desk of the provider that calls.
    /// @param deskProof the new desk has signed `Desk(uint8 provider,address desk)`
    function changeDesk(address desk, bytes calldata deskProof) external;

    /// @notice The operator or provider and role behind an account; (0, None) for strangers and excluded operators.
    function roleOf(address account) external view returns (uint8 operator, Role role);

    /// @notice The operator whose oracle `account` is (0 if none), and the members in one word: see `members`.
    function oracleOf(address account) external view returns (uint8 operator, uint256 members);

    /// @notice The members in rotation order, one byte each from the lowest byte up; the highest byte is their number.
    function members() external view returns (uint256);

    /// @notice All that may vouch for users now, members and providers: one bit for each by its id.
    function providers() external view returns (uint256);

    /// @notice The accounts of an operator; of a provider its owner, and its desk as meter. Those of who was excluded stay
    /// readable: what it has earned is paid to its owner.
    function accountsOf(uint8 operator) external view returns (Accounts memory);

    /// @notice What an issuer may have in circulation, in millionths of a euro; 0 for everybody else.
    function issuerCapOf(address issuer) external view returns (uint64 capMicroEuro);
    function nameOf(uint8 operator) external view returns (string memory);
    function parameters() external view returns (Parameters memory);
    function network() external view returns (Network memory);

    function market() external view returns (Market memory);

    /// @notice The contract that deposits are in; alone, because it is asked for by each request at another operator's.
    function channels() external view returns (address);

    /// @notice The contract that decides requests; alone, because it is asked for in every timestep.
    function plans() external view returns (address);

    /// @notice The timestep of the current block.
    function currentTimestep() external view returns (uint32);

    /// @notice What answers this call, and in which version: "chargeproof/7".
    function protocol() external pure returns (string memory);
}
