// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Payment channels: deposits, and vouchers that are exchanged while energy flows
/// @notice One channel for each payer and payee, for any number of sessions. A driver's wallet pays its provider; a provider's owner
/// pays the operator of the charge point. Only the newest voucher comes on chain: the payee is paid
///
///     min(newest voucher of the payer, final bills between the two, deposit)
///
/// so that neither side's word alone moves money. Drivers' accounts of sessions do not appear here: what a provider has from
/// all of its drivers' channels is at most what its final bills charge them. When no settlement is final for long, vouchers
/// alone count (see `withdraw`).
interface IChannels {
    /// @param channel see `channelOf`
    /// @param totalMicroEuro of all vouchers in this channel, this one included; never falls
    /// @param lane session that is paid, or a salted hash of it
    /// @param laneMicroEuro, laneWh of this session so far
    struct Voucher {
        bytes32 channel;
        uint64 totalMicroEuro;
        bytes32 lane;
        uint64 laneMicroEuro;
        uint64 laneWh;
    }

    /// @param signer signs vouchers; may sign away the deposit, and nothing else
    /// @param provider the payer's id; 0: a driver's wallet
    /// @param epoch how often the channel was closed
    /// @param closingTimestep in which closing was announced; 0: it was not
    /// @param payerCloses whether the payer announced it
    /// @param closesBy second of block time at which it may be closed, come what may
    /// @param depositMicroEuro what is left of it
    /// @param acceptedMicroEuro highest total that came on chain in this epoch
    /// @param paidMicroEuro what the payee has had of it
    struct Channel {
        address signer;
        uint8 provider;
        uint32 epoch;
        uint32 closingTimestep;
        bool payerCloses;
        uint64 closesBy;
        uint64 depositMicroEuro;
        uint64 acceptedMicroEuro;
        uint64 paidMicroEuro;
    }

    /// @param payer whose voucher it is
    /// @param signature by the channel's signer (EIP-712)
    struct Redemption {
        address payer;
        uint8 payee;
        Voucher voucher;
        bytes signature;
    }

    event ChannelOpened(address indexed payer, uint8 indexed payee, address signer, uint8 provider, uint32 epoch);
    event Deposited(address indexed payer, uint8 indexed payee, uint64 depositMicroEuro);
    event VoucherAccepted(address indexed payer, uint8 indexed payee, uint64 acceptedMicroEuro);
    event Paid(address indexed payer, uint8 indexed payee, uint64 microEuro, uint64 paidMicroEuro);
    event ClosingAnnounced(address indexed payer, uint8 indexed payee, uint32 timestep, uint64 closesBy);
    event ChannelClosed(address indexed payer, uint8 indexed payee, uint64 paidMicroEuro, uint64 returnedMicroEuro);
    event DepositRequirementChanged(uint8 indexed operator, bool required);

    /// @notice There is one channel for each payer and payee: top it up
    error AlreadyOpen(address payer, uint8 payee);
    /// @notice The two have no channel now
    error NotOpen(address payer, uint8 payee);
    /// @notice A channel opens with a deposit and a signer
    error NothingDeposited();
    /// @notice Only members and providers are paid
    error UnknownPayee(uint8 payee);
    /// @notice A provider does not pay itself
    error OwnChannel(uint8 payee);
    /// @notice Not signed by the channel's signer
    error BadVoucher(bytes32 channel);
    /// @notice `signer` has not signed the closing of this channel with this total
    error BadClose(bytes32 channel, address signer);
    /// @notice What both agreed on counted until then
    error CloseExpired(uint64 until);
    /// @notice Who asks providers for deposits closes a provider's channel when that announced it, or after the window
    error CoverNeeded(uint8 provider, uint8 payee);
    /// @notice Neither the payer nor an account of the payee that may close
    error NotAParty(address account);
    /// @notice Closing was announced before
    error AlreadyClosing(address payer, uint8 payee, uint32 timestep);
    /// @notice Announce the closing first
    error NotClosing(address payer, uint8 payee);
    /// @notice What the timesteps prove is not enough: `final_` of `needed` are final and in the window
    error WindowOpen(uint256 final_, uint256 needed, uint64 closesBy);
    /// @notice No settlement of this timestep or a later one is final yet
    error BillsOpen(uint32 lastFinal, uint32 needed, uint64 closesBy);
    /// @notice No more than was deposited can be paid
    error AboveDeposit(uint64 totalMicroEuro, uint64 mostMicroEuro);
    /// @notice So many vouchers a call
    error TooManyRedemptions(uint256 count, uint256 most);
    /// @notice Only owner accounts of members decide about deposits
    error NotAnOwner(address account);
    /// @notice The provider owes more from final bills than its channel to the operator holds
    error DepositTooSmall(uint8 provider, uint8 operator, uint64 owedMicroEuro, uint64 depositMicroEuro);

    /// @notice Opens a channel with a deposit, from the caller's euros. A provider's owner pays operators, everybody else is a
    /// driver's wallet, and pays its provider.
    /// @param payee id of a member or provider
    function open(uint8 payee, address signer, uint64 microEuro) external;

    /// @notice Adds to the deposit, by its payer. Does not stop a channel from closing.
    function topUp(uint8 payee, uint64 microEuro) external;

    /// @notice Brings vouchers on chain and pays what bills allow, to the payees' owners; by anybody, at most 64 a call, while a
    /// channel is closing too. Older vouchers than the newest one change nothing; those of a channel that is not open, or of an epoch that
    /// is over, are passed over.
    function redeem(Redemption[] calldata redemptions) external;

    /// @notice Pays what final bills allow of the voucher that came on chain before; by anybody.
    function payOut(address payer, uint8 payee) external;

    /// @notice Closes at once, by both: pays up to `totalMicroEuro` in all, and returns the rest. Who has signed takes no voucher
    /// after it until `until`, or until the channel is closed.
    /// @param until last second of block time in which it counts
    /// @param payerProof, payeeProof the channel's signer, and the payee's owner or meter account (for providers: its desk), have
    /// signed `Close(bytes32 channel,uint64 totalMicroEuro,uint64 until)`
    function closeTogether(
        address payer,
        uint8 payee,
        uint64 totalMicroEuro,
        uint64 until,
        bytes calldata payerProof,
        bytes calldata payeeProof
    ) external;

    /// @notice Closes at once, by the payee alone: pays what bills allow, and returns the rest. Not a provider's channel to an operator
    /// that asks for deposits, unless the provider announced it: nobody is shut out by taking its deposit away.
    function release(address payer) external;

    /// @notice Announces that the channel closes, by either side. Newer vouchers count until `withdraw`, but sessions that are not over
    /// yet may be billed too late for it: the payee serves the payer no further, and ends its sessions.
    function announceClosing(address payer, uint8 payee) external;

    /// @notice Closes a channel whose closing was announced, by anybody: pays, and returns the rest to the payer. When 8 timesteps
    /// since then have final plans, and a settlement is final that bills all that was charged before (8 timesteps later,
    /// or grace period and settlement period together where that is more): what vouchers and bills allow. At the latest at `closesBy`; when no such settlement is final by then, the voucher alone counts.
    /// @param finalTimesteps ascending, behind the announcement, over, with final plans; none when `closesBy` has come
    function withdraw(address payer, uint8 payee, uint32[] calldata finalTimesteps) external;

    /// @notice Whether the caller, an operator's owner, takes requests only from providers whose deposit covers what they owe it.
    /// The same for all providers.
    function requireDeposit(bool required) external;

    /// @notice Refuses a provider that owes an operator more than its deposit covers, where the operator wants that; for Charging.
    function requireCover(uint8 provider, uint8 operator) external view;

    function channelOf(address payer, uint8 payee) external view returns (bytes32 id, Channel memory channel);

    /// @notice What a payee has had from a provider, or from all drivers (0), in all channels that ever were.
    function paidMicroEuro(uint8 payer, uint8 payee) external view returns (uint64);
}
