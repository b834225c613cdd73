// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../src/IChannels.sol";
import {Market} from "./Market.sol";

contract ChannelsTest is Market {
    uint64 private constant DEPOSIT = 10 * EUR;
    address private payer;

    function setUp() public {
        deployMarket(4);
        admitProvider();
        activateAlgorithm(4);
        payer = vm.addr(PROVIDER_OWNER);
        fund(payer, address(channels), 2 * DEPOSIT);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), DEPOSIT);
    }

    function channel() private view returns (IChannels.Channel memory c) {
        (, c) = channels.channelOf(payer, 1);
    }

    function bills(uint64 microEuro) private {
        settleSums(S, sum(PROVIDER, 1, microEuro, microEuro, 0));
    }

    /// Final plans for `count` timesteps from now on.
    function plansFor(uint32 count) private returns (uint32[] memory timesteps) {
        timesteps = new uint32[](count);
        uint32 next = uint32(block.timestamp / TIMESTEP_SECONDS) + 1;
        for (uint32 i = 0; i < count; ++i) {
            timesteps[i] = next + i;
            warpToTurnOfAll(next + i);
            Plan memory p = planOf(next + i, 0, 1);
            post(1, p);
            attest(2, 0, p);
            attest(3, 0, p);
        }
        warpTo(next + count, 0);
    }

    function test_thePayeeIsPaidTheLeastOfVoucherBillsAndDeposit() public {
        redeem(voucher(payer, 1, HOT, 4 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), 0);
        vm.assertEq(channel().acceptedMicroEuro, 4 * EUR);
        bills(3 * EUR);
        channels.payOut(payer, 1);
        vm.assertEq(euro.balanceOf(owner(1)), 3 * EUR);
        redeem(voucher(payer, 1, HOT, 5 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), 3 * EUR);
        settleSums(S + 4, sum(PROVIDER, 1, 90 * EUR, 90 * EUR, 0));
        channels.payOut(payer, 1);
        vm.assertEq(euro.balanceOf(owner(1)), 5 * EUR);
        redeem(voucher(payer, 1, HOT, 90 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), DEPOSIT);
        vm.prank(payer);
        channels.topUp(1, DEPOSIT);
        channels.payOut(payer, 1);
        vm.assertEq(euro.balanceOf(owner(1)), 2 * DEPOSIT);
        vm.assertEq(channels.paidMicroEuro(PROVIDER, 1), 2 * DEPOSIT);
    }

    function test_lowerVouchersChangeNothing() public {
        bills(DEPOSIT);
        redeem(voucher(payer, 1, HOT, 5 * EUR));
        redeem(voucher(payer, 1, HOT, 4 * EUR));
        redeem(voucher(payer, 1, HOT, 5 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), 5 * EUR);
    }

    function test_vouchersOfOthersAreWorthNothing() public {
        bills(DEPOSIT);
        IChannels.Redemption memory r = voucher(payer, 1, PROVIDER_OWNER, EUR);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadVoucher.selector, r.voucher.channel));
        redeem(r);
        // another amount than was signed
        r = voucher(payer, 1, HOT, EUR);
        r.voucher.totalMicroEuro = 2 * EUR;
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadVoucher.selector, r.voucher.channel));
        redeem(r);
        // s in the upper half is the same key's, and refused
        r = voucher(payer, 1, HOT, EUR);
        r.signature = highS(r.signature);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadVoucher.selector, r.voucher.channel));
        redeem(r);
    }

    function highS(bytes memory signature_) private pure returns (bytes memory) {
        bytes32 s;
        assembly ("memory-safe") {
            s := mload(add(signature_, 64))
            s := sub(0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141, s)
            mstore(add(signature_, 64), s)
        }
        signature_[64] = signature_[64] == 0x1b ? bytes1(0x1c) : bytes1(0x1b);
        return signature_;
    }

    function test_vouchersOfAnotherChannelChainOrEpochAreWorthNothing() public {
        bills(DEPOSIT);
        vm.prank(payer);
        channels.open(2, vm.addr(HOT), EUR);
        IChannels.Redemption memory r = voucher(payer, 2, HOT, EUR);
        r.payee = 1;
        redeem(r);
        vm.assertEq(channel().acceptedMicroEuro, 0);
        r = voucher(payer, 1, HOT, 3 * EUR);
        vm.prank(meter(1));
        channels.release(payer);
        redeem(r);
        fund(payer, address(channels), DEPOSIT);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), DEPOSIT);
        (bytes32 id,) = channels.channelOf(payer, 1);
        redeem(r);
        vm.assertEq(channel().acceptedMicroEuro, 0);
        r = voucher(payer, 1, HOT, 3 * EUR);
        uint256 snapshot = block.chainid;
        IVmChain(address(vm)).chainId(snapshot + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadVoucher.selector, id));
        redeem(r);
        IVmChain(address(vm)).chainId(snapshot);
        redeem(r);
        vm.assertEq(euro.balanceOf(owner(1)), 3 * EUR);
    }

    function test_open_refusesWhatIsNoChannel() public {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AlreadyOpen.selector, payer, 1));
        channels.open(1, vm.addr(HOT), EUR);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.UnknownPayee.selector, 9));
        channels.open(9, vm.addr(HOT), EUR);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.OwnChannel.selector, PROVIDER));
        channels.open(PROVIDER, vm.addr(HOT), EUR);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingDeposited.selector));
        channels.open(2, vm.addr(HOT), 0);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotOpen.selector, STRANGER, 1));
        vm.prank(STRANGER);
        channels.topUp(1, 0);
    }

    function test_bothCloseAtOnce() public {
        (bytes32 id,) = channels.channelOf(payer, 1);
        bytes memory mine = closeProof(HOT, id, 7 * EUR);
        bytes memory theirs = closeProof(0x30000 + 1, id, 7 * EUR);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadClose.selector, id, owner(1)));
        closeTogether(payer, 1, 7 * EUR, mine, mine);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadClose.selector, id, vm.addr(HOT)));
        closeTogether(payer, 1, 8 * EUR, mine, theirs);
        vm.prank(STRANGER);
        closeTogether(payer, 1, 7 * EUR, mine, theirs);
        vm.assertEq(euro.balanceOf(owner(1)), 7 * EUR);
        vm.assertEq(euro.balanceOf(payer), DEPOSIT + 3 * EUR);
        vm.assertEq(channel().epoch, 1);
        vm.prank(payer);
        euro.approve(address(channels), DEPOSIT);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), DEPOSIT);
        (bytes32 next,) = channels.channelOf(payer, 1);
        vm.assertTrue(next != id);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadClose.selector, next, vm.addr(HOT)));
        closeTogether(payer, 1, 7 * EUR, mine, theirs);
    }

    function test_bothCannotCloseAboveTheDeposit() public {
        (bytes32 id,) = channels.channelOf(payer, 1);
        bytes memory mine = closeProof(HOT, id, 11 * EUR);
        bytes memory theirs = closeProof(0x10000 + 1, id, 11 * EUR);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AboveDeposit.selector, 11 * EUR, 10 * EUR));
        closeTogether(payer, 1, 11 * EUR, mine, theirs);
    }

    function test_whatBothSignedCountsUntilThen() public {
        (bytes32 id,) = channels.channelOf(payer, 1);
        uint64 until = uint64(block.timestamp + 10);
        bytes32 typeHash = keccak256("Close(bytes32 channel,uint64 totalMicroEuro,uint64 until)");
        bytes32 hash = keccak256(abi.encode(typeHash, id, EUR, until));
        bytes memory mine = signature(HOT, address(channels), hash);
        bytes memory theirs = signature(0x10000 + 1, address(channels), hash);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.CloseExpired.selector, until));
        channels.closeTogether(payer, 1, EUR, until, mine, theirs);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadClose.selector, id, vm.addr(HOT)));
        channels.closeTogether(payer, 1, EUR, until + 1, mine, theirs);
        vm.warp(until);
        channels.closeTogether(payer, 1, EUR, until, mine, theirs);
        vm.assertEq(euro.balanceOf(owner(1)), EUR);
    }

    /// One that was closed a moment before costs the others of a batch nothing.
    function test_redeem_passesOverWhatIsClosed() public {
        bills(DEPOSIT);
        IChannels.Redemption[] memory two = new IChannels.Redemption[](2);
        two[0] = voucher(STRANGER, 1, HOT, EUR);
        two[1] = voucher(payer, 1, HOT, EUR);
        channels.redeem(two);
        vm.assertEq(euro.balanceOf(owner(1)), EUR);
    }

    function test_thePayeeReleases() public {
        bills(2 * EUR);
        redeem(voucher(payer, 1, HOT, 2 * EUR));
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotAParty.selector, oracle(1)));
        vm.prank(oracle(1));
        channels.release(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotOpen.selector, payer, 2));
        vm.prank(owner(2));
        channels.release(payer);
        vm.prank(owner(1));
        channels.release(payer);
        vm.assertEq(euro.balanceOf(owner(1)), 2 * EUR);
        vm.assertEq(euro.balanceOf(payer), DEPOSIT + 8 * EUR);
    }

    function test_aVoucherInTheWindowBeatsAnOlderOne() public {
        bills(9 * EUR);
        redeem(voucher(payer, 1, HOT, EUR));
        vm.prank(payer);
        channels.announceClosing(payer, 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AlreadyClosing.selector, payer, 1, channel().closingTimestep));
        vm.prank(owner(1));
        channels.announceClosing(payer, 1);
        // a top-up stops nothing
        vm.prank(payer);
        channels.topUp(1, EUR);
        uint32[] memory final_ = plansFor(8);
        redeem(voucher(payer, 1, HOT, 8 * EUR));
        settleSums(S + 16, "");
        channels.withdraw(payer, 1, final_);
        vm.assertEq(euro.balanceOf(owner(1)), 8 * EUR);
        vm.assertEq(euro.balanceOf(payer), 2 * DEPOSIT - 8 * EUR);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotOpen.selector, payer, 1));
        channels.withdraw(payer, 1, final_);
    }

    function test_aHaltedConsortiumEatsNobodysWindow() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotClosing.selector, payer, 1));
        channels.withdraw(payer, 1, new uint32[](0));
        bills(EUR);
        vm.prank(payer);
        channels.announceClosing(payer, 1);
        uint64 closesBy = channel().closesBy;
        uint32[] memory few = plansFor(7);
        // long after, but only seven timesteps had a final plan
        warpTo(S + 100, 0);
        vm.expectRevert(abi.encodeWithSelector(IChannels.WindowOpen.selector, 7, 8, closesBy));
        channels.withdraw(payer, 1, few);
        uint32[] memory again = new uint32[](14);
        for (uint256 i = 0; i < 14; ++i) {
            again[i] = few[i % 7];
        }
        vm.expectRevert(abi.encodeWithSelector(IChannels.WindowOpen.selector, 7, 8, closesBy));
        channels.withdraw(payer, 1, again);
        uint32[] memory more = plansFor(1);
        uint32[] memory eight = new uint32[](8);
        for (uint256 i = 0; i < 8; ++i) {
            eight[i] = i < 7 ? few[i] : more[0];
        }
        vm.expectRevert(abi.encodeWithSelector(IChannels.BillsOpen.selector, S, S + 8, closesBy));
        channels.withdraw(payer, 1, eight);
    }

    /// Without settlements nobody can block another's money: the voucher alone counts, by then.
    function test_withoutBillsTheVoucherCountsAtLast() public {
        redeem(voucher(payer, 1, HOT, 6 * EUR));
        vm.prank(owner(1));
        channels.announceClosing(payer, 1);
        uint32[] memory none = new uint32[](0);
        vm.warp(channel().closesBy - 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.WindowOpen.selector, 0, 8, channel().closesBy));
        channels.withdraw(payer, 1, none);
        vm.warp(channel().closesBy);
        channels.withdraw(payer, 1, none);
        vm.assertEq(euro.balanceOf(owner(1)), 6 * EUR);
        vm.assertEq(euro.balanceOf(payer), DEPOSIT + 4 * EUR);
        // what comes to be billed after all was paid already
        uint32 next = uint32(block.timestamp / TIMESTEP_SECONDS / 4 + 1) * 4;
        settleSums(next, sum(PROVIDER, 1, 6 * EUR, 6 * EUR, 0));
        fund(payer, address(channels), DEPOSIT);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), DEPOSIT);
        redeem(voucher(payer, 1, HOT, 6 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), 6 * EUR);
    }

    /// All drivers of a provider pay it at most what final bills charge them.
    function test_driversPayTheirProvider() public {
        for (uint256 i = 1; i <= 2; ++i) {
            fund(driver(i), address(channels), 5 * EUR);
            vm.prank(driver(i));
            channels.open(PROVIDER, driver(i), 5 * EUR);
            vm.assertEq(driverChannel(i).provider, 0);
        }
        bills(4 * EUR);
        redeem(voucher(driver(1), PROVIDER, 0x40001, 3 * EUR));
        redeem(voucher(driver(2), PROVIDER, 0x40002, 3 * EUR));
        vm.assertEq(euro.balanceOf(payer), DEPOSIT + 4 * EUR);
        vm.assertEq(channels.paidMicroEuro(0, PROVIDER), 4 * EUR);
        // its desk may release
        vm.prank(vm.addr(PROVIDER_DESK));
        channels.release(driver(2));
        vm.assertEq(euro.balanceOf(driver(2)), 4 * EUR);
    }

    function driverChannel(uint256 i) private view returns (IChannels.Channel memory c) {
        (, c) = channels.channelOf(driver(i), PROVIDER);
    }

    /// Who was excluded is paid what it has earned.
    function test_anExcludedPayeeIsPaid() public {
        bills(4 * EUR);
        exclude(1);
        redeem(voucher(payer, 1, HOT, 3 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), 3 * EUR);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.UnknownPayee.selector, 1));
        channels.open(1, vm.addr(HOT), EUR);
    }

    function test_anExcludedProviderStillPays() public {
        bills(4 * EUR);
        vm.prank(owner(1));
        agree(consortium.proposeExclusion(PROVIDER));
        redeem(voucher(payer, 1, HOT, 3 * EUR));
        vm.assertEq(euro.balanceOf(owner(1)), 3 * EUR);
        vm.prank(payer);
        channels.announceClosing(payer, 1);
        vm.warp(channel().closesBy);
        channels.withdraw(payer, 1, new uint32[](0));
        vm.assertEq(euro.balanceOf(payer), DEPOSIT + 7 * EUR);
    }

    function test_announceClosing_byTheTwoOnly() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotAParty.selector, STRANGER));
        vm.prank(STRANGER);
        channels.announceClosing(payer, 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotAParty.selector, owner(2)));
        vm.prank(owner(2));
        channels.announceClosing(payer, 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.TooManyRedemptions.selector, 65, 64));
        channels.redeem(new IChannels.Redemption[](65));
    }
}

interface IVmChain {
    function chainId(uint256 id) external;
}
