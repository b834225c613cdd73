// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../src/IChannels.sol";
import {ISettlement} from "../src/ISettlement.sol";
import {Market} from "./Market.sol";

/// @title Two providers, two operators and two drivers who pay, close, lie and wait in any order
/// @notice Keeps by itself what may be paid at most; see Payments.t.sol.
contract MarketHandler is Market {
    uint64 private constant MOST = 20 * EUR;

    address[4] public payers;
    uint8[3] public payees = [1, 2, PROVIDER];
    uint256[4] private _keys;
    uint64 public issued;
    mapping(uint8 payer => mapping(uint8 payee => uint64)) public billed;
    /// What was paid beyond bills: both agreed, or no settlement came in time.
    mapping(uint8 payer => mapping(uint8 payee => uint64)) public beyond;
    uint64 public tokensStated;
    /// What payees really had, by their balances.
    mapping(uint8 payer => mapping(uint8 payee => uint64)) public received;
    /// When the closing that now runs was announced.
    mapping(address payer => mapping(uint8 payee => uint256)) public announced;
    mapping(address payer => mapping(uint8 payee => uint64)) public signed;
    bytes[] private _bills;
    uint32[] private _settled;
    mapping(uint32 settlement => uint32 first) private _firstBill;
    uint32 private _sessions;

    uint256 private _had;
    uint8 private _payer;

    /// Adds up what comes to the payee while something happens to a channel.
    modifier measured(uint256 seed) {
        _start(seed);
        _;
        _end(seed);
    }

    constructor() {
        deployMarket(4);
        admitProvider();
        activateAlgorithm(4);
        setCap(vm.addr(ISSUER), type(uint64).max);
        _keys = [PROVIDER_OWNER, 0x10000 + 3, 0x40000 + 1, 0x40000 + 2];
        for (uint256 i = 0; i < 4; ++i) {
            payers[i] = vm.addr(_keys[i]);
        }
    }

    function wait(uint256 timesteps) external {
        vm.warp(block.timestamp + bound(timesteps, 1, 40) * TIMESTEP_SECONDS / 4);
    }

    function waitLong() external {
        vm.warp(block.timestamp + 672 * TIMESTEP_SECONDS);
    }

    function open(uint256 seed, uint64 amount) external {
        (uint256 i, uint8 payee) = pair(seed);
        amount = uint64(bound(amount, 0, MOST));
        mint(payers[i], amount);
        vm.prank(payers[i]);
        (bool ok,) = address(channels).call(abi.encodeCall(IChannels.open, (payee, payers[i], amount)));
        if (ok) (signed[payers[i]][payee], announced[payers[i]][payee]) = (0, 0);
    }

    function topUp(uint256 seed, uint64 amount) external {
        (uint256 i, uint8 payee) = pair(seed);
        amount = uint64(bound(amount, 0, MOST));
        mint(payers[i], amount);
        vm.prank(payers[i]);
        (bool ok,) = address(channels).call(abi.encodeCall(IChannels.topUp, (payee, amount)));
        ok;
    }

    function redeem(uint256 seed, uint64 total, bool mine) external measured(seed) {
        (uint256 i, uint8 payee) = pair(seed);
        (, IChannels.Channel memory c) = channels.channelOf(payers[i], payee);
        total = uint64(bound(total, 0, MOST));
        IChannels.Redemption[] memory one = new IChannels.Redemption[](1);
        one[0] = voucher(payers[i], payee, mine ? _keys[i] : HOT, total);
        try channels.redeem(one) {
            require(c.signer == address(0) || mine || total <= c.acceptedMicroEuro);
            if (c.signer != address(0) && mine && total > signed[payers[i]][payee]) signed[payers[i]][payee] = total;
        } catch {
            require(c.signer != address(0) && !mine && total > c.acceptedMicroEuro);
        }
        check(i, payee);
    }

    function payOut(uint256 seed) external measured(seed) {
        (uint256 i, uint8 payee) = pair(seed);
        (bool ok,) = address(channels).call(abi.encodeCall(IChannels.payOut, (payers[i], payee)));
        ok;
        check(i, payee);
    }

    function closeTogether(uint256 seed, uint64 total) external measured(seed) {
        (uint256 i, uint8 payee) = pair(seed);
        (bytes32 id, IChannels.Channel memory c) = channels.channelOf(payers[i], payee);
        total = uint64(bound(total, 0, MOST));
        uint64 had = channels.paidMicroEuro(c.provider, payee);
        // both agreed: no bill needs to stand behind it
        if (_closeTogether(i, payee, id, total)) agreed(c, payee, had);
    }

    function _closeTogether(uint256 i, uint8 payee, bytes32 id, uint64 total) private returns (bool ok) {
        bytes memory mine = closeProof(_keys[i], id, total);
        bytes memory theirs = closeProof(payee == PROVIDER ? PROVIDER_DESK : 0x10000 + payee, id, total);
        address payer = payers[i];
        (ok,) = address(channels)
            .call(abi.encodeCall(IChannels.closeTogether, (payer, payee, total, type(uint64).max, mine, theirs)));
    }

    function release(uint256 seed, bool byPayee) external measured(seed) {
        (uint256 i, uint8 payee) = pair(seed);
        (, IChannels.Channel memory c) = channels.channelOf(payers[i], payee);
        address account = payee == PROVIDER ? vm.addr(PROVIDER_OWNER) : owner(payee);
        vm.prank(byPayee ? account : STRANGER);
        (bool ok,) = address(channels).call(abi.encodeCall(IChannels.release, (payers[i])));
        require(ok == (byPayee && c.signer != address(0)));
    }

    function announceClosing(uint256 seed) external {
        (uint256 i, uint8 payee) = pair(seed);
        vm.prank(payers[i]);
        (bool ok,) = address(channels).call(abi.encodeCall(IChannels.announceClosing, (payers[i], payee)));
        if (ok) announced[payers[i]][payee] = block.timestamp;
    }

    function withdraw(uint256 seed) external measured(seed) {
        (uint256 i, uint8 payee) = pair(seed);
        (, IChannels.Channel memory c) = channels.channelOf(payers[i], payee);
        bool due = c.signer != address(0) && c.closingTimestep != 0
            && block.timestamp >= announced[payers[i]][payee] + 672 * TIMESTEP_SECONDS;
        uint64 had = channels.paidMicroEuro(c.provider, payee);
        try channels.withdraw(payers[i], payee, new uint32[](0)) {
            require(due, "withdrawn before its time");
            if (settlement.lastFinal() < c.closingTimestep + 8) agreed(c, payee, had);
        } catch {
            // nobody's money is blocked longer than the window
            require(!due, "blocked beyond the window");
        }
    }

    function settle(uint256 seed, uint64 owed, uint64 charged, bool liar) external {
        uint32 k = uint32(block.timestamp / TIMESTEP_SECONDS / 4 * 4);
        if (k <= FIRST_TIMESTEP || settlement.lastFinal() >= k) return;
        (uint8 candidates,,) = settlement.stateOf(k);
        if (candidates != 0) return;
        vm.warp(block.timestamp / TIMESTEP_SECONDS * TIMESTEP_SECONDS + TIMESTEP_SECONDS - 1);
        owed = uint64(bound(owed, 0, MOST));
        charged = uint64(bound(charged, 0, MOST));
        uint8 provider = seed % 2 == 0 ? PROVIDER : 3;
        uint8 operator = uint8(1 + (seed >> 8) % 2);
        bytes[] memory bills = new bytes[](2);
        for (uint32 i = 0; i < 2; ++i) {
            bills[i] = bill(BillData(++_sessions, driver(1), provider, operator, 0, 7));
        }
        Posted memory p = Posted(statementOf(k, bills, 14), sum(provider, operator, owed, charged, 0));
        post(1, p);
        attest(2, 0, p);
        if (liar) return;
        attest(3, 0, p);
        billed[provider][operator] += owed;
        billed[0][provider] += charged;
        tokensStated += 14;
        _settled.push(k);
        _firstBill[k] = uint32(_bills.length);
        _bills.push(bills[0]);
        _bills.push(bills[1]);
    }

    function claim(uint256 seed, address to) external {
        if (_settled.length == 0 || to == address(0)) return;
        uint32 k = _settled[seed % _settled.length];
        bytes[] memory bills = new bytes[](2);
        (bills[0], bills[1]) = (_bills[_firstBill[k]], _bills[_firstBill[k] + 1]);
        ISettlement.Claim[] memory one = new ISettlement.Claim[](1);
        one[0] = claimOf(k, bills, (seed >> 32) % 2, to, 0x40001);
        settlement.claim(one);
    }

    function pair(uint256 seed) private view returns (uint256 i, uint8 payee) {
        return (seed % 4, payees[(seed >> 8) % 3]);
    }

    function _start(uint256 seed) private {
        (uint256 i, uint8 payee) = pair(seed);
        (, IChannels.Channel memory c) = channels.channelOf(payers[i], payee);
        _payer = c.provider;
        _had = euro.balanceOf(consortium.accountsOf(payee).owner);
    }

    function _end(uint256 seed) private {
        (, uint8 payee) = pair(seed);
        received[_payer][payee] += uint64(euro.balanceOf(consortium.accountsOf(payee).owner) - _had);
    }

    function mint(address account, uint64 amount) private {
        if (amount == 0) return;
        issue(account, amount, bytes32(uint256(++issued)));
        vm.prank(account);
        euro.approve(address(channels), type(uint256).max);
    }

    /// Beyond bills by the will of both, or because no settlement came.
    function agreed(IChannels.Channel memory c, uint8 payee, uint64 had) private {
        uint64 has = channels.paidMicroEuro(c.provider, payee);
        uint64 bills = billed[c.provider][payee];
        uint64 above = has > bills ? has - bills : 0;
        uint64 aboveBefore = had > bills ? had - bills : 0;
        beyond[c.provider][payee] += above - aboveBefore;
    }

    /// What came to the payee in this epoch is at most what was signed.
    function check(uint256 i, uint8 payee) private view {
        (, IChannels.Channel memory c) = channels.channelOf(payers[i], payee);
        require(c.paidMicroEuro <= signed[payers[i]][payee], "paid above the vouchers");
        require(c.acceptedMicroEuro <= signed[payers[i]][payee], "accepted above the vouchers");
    }

    /// The euros that the contract holds, and those of all its channels.
    function held() external view returns (uint256 balance, uint256 deposits) {
        balance = euro.balanceOf(address(channels));
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 j = 0; j < 3; ++j) {
                (, IChannels.Channel memory c) = channels.channelOf(payers[i], payees[j]);
                deposits += c.depositMicroEuro;
            }
        }
    }

    function tokens() external view returns (uint256) {
        return flexibility.totalSupply();
    }
}
