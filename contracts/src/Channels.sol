// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IChannels} from "./IChannels.sol";
import {IConsortium} from "./IConsortium.sol";
import {IEuro} from "./IEuro.sol";
import {IPlans} from "./IPlans.sol";
import {ISettlement} from "./ISettlement.sol";
import {Proof} from "./Proof.sol";

/// @title Payment channels; documented in IChannels
contract Channels is IChannels, EIP712 {
    using SafeERC20 for IEuro;

    /// The other side must be able to answer in them, however the consortium halts.
    uint256 private constant WINDOW_TIMESTEPS = 8;
    /// Nobody's money waits longer: a week of quarter-hours.
    uint256 private constant MOST_WINDOW_TIMESTEPS = 672;
    uint256 private constant MOST_REDEMPTIONS = 64;
    bytes32 private constant VOUCHER =
        keccak256("Voucher(bytes32 channel,uint64 totalMicroEuro,bytes32 lane,uint64 laneMicroEuro,uint64 laneWh)");
    bytes32 private constant CLOSE = keccak256("Close(bytes32 channel,uint64 totalMicroEuro,uint64 until)");
    uint8 private constant DRIVERS = 0;

    IConsortium private immutable CONSORTIUM;
    IPlans private immutable PLANS;
    ISettlement private immutable SETTLEMENT;
    IEuro private immutable EURO;
    uint256 private immutable TIMESTEP_SECONDS;
    /// By then all is billed that was charged before a closing was announced.
    uint32 private immutable BILL_TIMESTEPS;

    mapping(address payer => mapping(uint8 payee => Channel)) private _channels;
    /// In all channels that ever were: what bills are held against.
    mapping(uint8 payer => mapping(uint8 payee => uint64 microEuro)) private _paid;
    mapping(uint8 operator => bool) private _requiresDeposit;

    constructor(IConsortium consortium, IPlans plans, ISettlement settlement, IEuro euro) EIP712("chargeproof", "3") {
        CONSORTIUM = consortium;
        PLANS = plans;
        SETTLEMENT = settlement;
        EURO = euro;
        TIMESTEP_SECONDS = consortium.parameters().timestepSeconds;
        IConsortium.Terms memory terms = settlement.terms();
        uint256 billed = uint256(terms.graceTimesteps) + terms.settlementTimesteps;
        BILL_TIMESTEPS = uint32(billed > WINDOW_TIMESTEPS ? billed : WINDOW_TIMESTEPS);
    }

    /// @inheritdoc IChannels
    function open(uint8 payee, address signer, uint64 microEuro) external {
        if (CONSORTIUM.providers() >> payee & 1 == 0) revert UnknownPayee(payee);
        (uint8 provider, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        bool pays = role == IConsortium.Role.Owner || role == IConsortium.Role.Provider;
        if (!pays) provider = DRIVERS;
        if (provider == payee) revert OwnChannel(payee);
        Channel storage c = _channels[msg.sender][payee];
        if (c.signer != address(0)) revert AlreadyOpen(msg.sender, payee);
        if (microEuro == 0 || signer == address(0)) revert NothingDeposited();
        (c.signer, c.provider, c.depositMicroEuro) = (signer, provider, microEuro);
        emit ChannelOpened(msg.sender, payee, signer, provider, c.epoch);
        emit Deposited(msg.sender, payee, microEuro);
        EURO.safeTransferFrom(msg.sender, address(this), microEuro);
    }

    /// @inheritdoc IChannels
    function topUp(uint8 payee, uint64 microEuro) external {
        Channel storage c = _open(msg.sender, payee);
        c.depositMicroEuro += microEuro;
        emit Deposited(msg.sender, payee, c.depositMicroEuro);
        EURO.safeTransferFrom(msg.sender, address(this), microEuro);
    }

    /// @inheritdoc IChannels
    function redeem(Redemption[] calldata redemptions) external {
        if (redemptions.length > MOST_REDEMPTIONS) revert TooManyRedemptions(redemptions.length, MOST_REDEMPTIONS);
        for (uint256 i = 0; i < redemptions.length; ++i) {
            Redemption calldata r = redemptions[i];
            Channel storage c = _channels[r.payer][r.payee];
            // closed meanwhile: no reason to keep the others out
            if (c.signer == address(0) || r.voucher.channel != _id(r.payer, r.payee, c.epoch)) continue;
            _accept(c, r);
            _pay(c, r.payer, r.payee, _due(c, r.payee));
        }
    }

    /// @inheritdoc IChannels
    function payOut(address payer, uint8 payee) external {
        Channel storage c = _open(payer, payee);
        _pay(c, payer, payee, _due(c, payee));
    }

    /// @inheritdoc IChannels
    function closeTogether(
        address payer,
        uint8 payee,
        uint64 totalMicroEuro,
        uint64 until,
        bytes calldata payerProof,
        bytes calldata payeeProof
    ) external {
        Channel storage c = _open(payer, payee);
        if (block.timestamp > until) revert CloseExpired(until);
        bytes32 id = _id(payer, payee, c.epoch);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CLOSE, id, totalMicroEuro, until)));
        if (!Proof.isOf(c.signer, digest, payerProof)) revert BadClose(id, c.signer);
        IConsortium.Accounts memory accounts = CONSORTIUM.accountsOf(payee);
        if (!Proof.isOf(accounts.owner, digest, payeeProof) && !Proof.isOf(accounts.meter, digest, payeeProof)) {
            revert BadClose(id, accounts.owner);
        }
        uint64 most = c.paidMicroEuro + c.depositMicroEuro;
        // what was paid before stays paid
        if (totalMicroEuro > most) revert AboveDeposit(totalMicroEuro, most);
        uint64 due = totalMicroEuro > c.paidMicroEuro ? totalMicroEuro - c.paidMicroEuro : 0;
        _pay(c, payer, payee, due);
        _close(c, payer, payee);
    }

    /// @inheritdoc IChannels
    function release(address payer) external {
        uint8 payee = _payee();
        Channel storage c = _open(payer, payee);
        bool isCover = c.provider != DRIVERS && _requiresDeposit[payee];
        if (isCover && !c.payerCloses) revert CoverNeeded(c.provider, payee);
        _pay(c, payer, payee, _due(c, payee));
        _close(c, payer, payee);
    }

    /// @inheritdoc IChannels
    function announceClosing(address payer, uint8 payee) external {
        if (msg.sender != payer && payee != _payee()) revert NotAParty(msg.sender);
        Channel storage c = _open(payer, payee);
        if (c.closingTimestep != 0) revert AlreadyClosing(payer, payee, c.closingTimestep);
        uint32 timestep = _timestep();
        c.closingTimestep = timestep;
        c.payerCloses = msg.sender == payer;
        c.closesBy = uint64(block.timestamp + MOST_WINDOW_TIMESTEPS * TIMESTEP_SECONDS);
        emit ClosingAnnounced(payer, payee, timestep, c.closesBy);
    }

    /// @inheritdoc IChannels
    function withdraw(address payer, uint8 payee, uint32[] calldata finalTimesteps) external {
        Channel storage c = _open(payer, payee);
        if (c.closingTimestep == 0) revert NotClosing(payer, payee);
        uint32 billedBy = c.closingTimestep + BILL_TIMESTEPS;
        uint32 lastFinal = SETTLEMENT.lastFinal();
        bool isBilled = lastFinal >= billedBy;
        if (block.timestamp < c.closesBy) {
            _requireWindow(c, finalTimesteps);
            if (!isBilled) revert BillsOpen(lastFinal, billedBy, c.closesBy);
        }
        _pay(c, payer, payee, isBilled ? _due(c, payee) : _vouched(c));
        _close(c, payer, payee);
    }

    /// @inheritdoc IChannels
    function requireDeposit(bool required) external {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        if (role != IConsortium.Role.Owner) revert NotAnOwner(msg.sender);
        _requiresDeposit[operator] = required;
        emit DepositRequirementChanged(operator, required);
    }

    /// @inheritdoc IChannels
    function requireCover(uint8 provider, uint8 operator) external view {
        if (!_requiresDeposit[operator]) return;
        uint64 billed = SETTLEMENT.billedMicroEuro(provider, operator);
        uint64 paid = _paid[provider][operator];
        uint64 owed = billed > paid ? billed - paid : 0;
        Channel storage c = _channels[CONSORTIUM.accountsOf(provider).owner][operator];
        // a channel of its time as a driver, or one that it closes, covers nothing
        uint64 deposit = c.provider == provider && !c.payerCloses ? c.depositMicroEuro : 0;
        // without any deposit nothing is covered, though nothing may be owed yet
        if (owed > deposit || deposit == 0) revert DepositTooSmall(provider, operator, owed, deposit);
    }

    /// @inheritdoc IChannels
    function channelOf(address payer, uint8 payee) external view returns (bytes32 id, Channel memory channel) {
        channel = _channels[payer][payee];
        return (_id(payer, payee, channel.epoch), channel);
    }

    /// @inheritdoc IChannels
    function paidMicroEuro(uint8 payer, uint8 payee) external view returns (uint64) {
        return _paid[payer][payee];
    }

    function _timestep() private view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    function _id(address payer, uint8 payee, uint32 epoch) private pure returns (bytes32) {
        return keccak256(abi.encode(payer, payee, epoch));
    }

    function _open(address payer, uint8 payee) private view returns (Channel storage c) {
        c = _channels[payer][payee];
        if (c.signer == address(0)) revert NotOpen(payer, payee);
    }

    /// The operator or provider that calls, by an account that may close for it.
    function _payee() private view returns (uint8 payee) {
        IConsortium.Role role;
        (payee, role) = CONSORTIUM.roleOf(msg.sender);
        if (role == IConsortium.Role.None || role == IConsortium.Role.Oracle) revert NotAParty(msg.sender);
    }

    function _accept(Channel storage c, Redemption calldata r) private {
        Voucher calldata v = r.voucher;
        if (v.totalMicroEuro <= c.acceptedMicroEuro) return;
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(VOUCHER, v.channel, v.totalMicroEuro, v.lane, v.laneMicroEuro, v.laneWh))
        );
        if (!Proof.isOf(c.signer, digest, r.signature)) revert BadVoucher(v.channel);
        c.acceptedMicroEuro = v.totalMicroEuro;
        emit VoucherAccepted(r.payer, r.payee, v.totalMicroEuro);
    }

    /// What vouchers alone give to the payee, as far as the deposit goes.
    function _vouched(Channel storage c) private view returns (uint64) {
        uint64 accepted = c.acceptedMicroEuro;
        uint64 due = accepted > c.paidMicroEuro ? accepted - c.paidMicroEuro : 0;
        return due < c.depositMicroEuro ? due : c.depositMicroEuro;
    }

    /// What vouchers and final bills give.
    function _due(Channel storage c, uint8 payee) private view returns (uint64) {
        uint64 due = _vouched(c);
        if (due == 0) return 0;
        uint64 billed = SETTLEMENT.billedMicroEuro(c.provider, payee);
        uint64 paid = _paid[c.provider][payee];
        uint64 room = billed > paid ? billed - paid : 0;
        return due < room ? due : room;
    }

    function _pay(Channel storage c, address payer, uint8 payee, uint64 due) private {
        if (due == 0) return;
        c.depositMicroEuro -= due;
        c.paidMicroEuro += due;
        _paid[c.provider][payee] += due;
        emit Paid(payer, payee, due, c.paidMicroEuro);
        EURO.safeTransfer(CONSORTIUM.accountsOf(payee).owner, due);
    }

    function _close(Channel storage c, address payer, uint8 payee) private {
        uint64 rest = c.depositMicroEuro;
        emit ChannelClosed(payer, payee, c.paidMicroEuro, rest);
        uint32 epoch = c.epoch + 1;
        delete _channels[payer][payee];
        // vouchers of this epoch are worth nothing in the next one
        c.epoch = epoch;
        if (rest != 0) EURO.safeTransfer(payer, rest);
    }

    function _requireWindow(Channel storage c, uint32[] calldata finalTimesteps) private view {
        uint32 last = c.closingTimestep;
        uint32 current = _timestep();
        uint256 count;
        for (uint256 i = 0; i < finalTimesteps.length && count < WINDOW_TIMESTEPS; ++i) {
            uint32 timestep = finalTimesteps[i];
            if (timestep <= last || timestep >= current) continue;
            last = timestep;
            (,, bool isFinal,) = PLANS.stateOf(timestep);
            if (isFinal) ++count;
        }
        if (count < WINDOW_TIMESTEPS) revert WindowOpen(count, WINDOW_TIMESTEPS, c.closesBy);
    }
}
