// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {IChannels} from "../src/IChannels.sol";
import {ICharging} from "../src/ICharging.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {Market} from "./Market.sol";

contract ProvidersTest is Market {
    uint32 private point;

    function setUp() public {
        deployMarket(4);
        registerGroup(1, 100_000, 0);
        point = registerChargePoints(1, 0, 40, 22_000);
    }

    function vouch(address account) private {
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        bytes[] memory proofs = pseudonyms(PROVIDER, accounts);
        vm.prank(vm.addr(PROVIDER_DESK));
        assets.registerUsers(accounts, proofs);
    }

    function test_aProviderIsAdmittedByVoteAndVouches() public {
        uint256 proposal = propose("Provider", PROVIDER_OWNER, PROVIDER_DESK);
        vm.prank(owner(2));
        consortium.vote(proposal);
        vm.assertEq(consortium.providers(), 0x1e);
        vm.expectEmit(address(consortium));
        emit IConsortium.ProviderAdmitted(PROVIDER, "Provider", vm.addr(PROVIDER_OWNER), vm.addr(PROVIDER_DESK));
        vm.prank(owner(3));
        consortium.vote(proposal);
        vm.assertEq(consortium.providers(), 0x1e | 1 << PROVIDER);
        vm.assertEq(consortium.nameOf(PROVIDER), "Provider");
        vouch(driver(1));
        vm.assertEq(assets.userOf(driver(1)), PROVIDER);
        uint32 session = request(driver(1), point, 1_000);
        vm.assertEq(charging.sessionOf(session).provider, PROVIDER);
        vm.assertEq(charging.heldOf(1, PROVIDER), 1);
    }

    function test_aProviderHasNoVoteAndNoAssets() public {
        admitProvider();
        vm.assertEq(consortium.members() >> 248, 4);
        bytes32 program = sha256(VALUATION);
        address[2] memory accounts = [vm.addr(PROVIDER_OWNER), vm.addr(PROVIDER_DESK)];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory data = abi.encodeWithSelector(IConsortium.NotAnOwner.selector, accounts[i]);
            vm.expectRevert(data);
            vm.prank(accounts[i]);
            consortium.proposeExclusion(1);
            vm.expectRevert(data);
            vm.prank(accounts[i]);
            consortium.proposeIssuerCap(STRANGER, 1);
            vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.NotAnOperator.selector, accounts[i]));
            vm.prank(accounts[i]);
            assets.registerGroup(1_000, 0, 0, 0);
            vm.expectRevert(abi.encodeWithSignature("NotAMeter(address)", accounts[i]));
            vm.prank(accounts[i]);
            charging.reportMeters(FIRST_TIMESTEP - 1, "");
            vm.expectRevert(abi.encodeWithSignature("NotAnOwner(address)", accounts[i]));
            vm.prank(accounts[i]);
            valuations.approve(program, FIRST_TIMESTEP + 9);
            (uint8 operator,) = consortium.oracleOf(accounts[i]);
            vm.assertEq(operator, 0);
        }
    }

    function test_proposeProvider_takesProofsAndFreeAccountsOnly() public {
        bytes memory none = "";
        (address owner_, address desk) = (vm.addr(PROVIDER_OWNER), vm.addr(PROVIDER_DESK));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.BadProof.selector, owner_));
        vm.prank(owner(1));
        consortium.proposeProvider("Provider", owner_, desk, none, none);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.AccountInUse.selector, meter(2)));
        vm.prank(owner(1));
        consortium.proposeProvider("Provider", owner_, meter(2), none, none);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.AccountInUse.selector, owner_));
        vm.prank(owner(1));
        consortium.proposeProvider("Provider", owner_, owner_, none, none);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NameInUse.selector, 2));
        vm.prank(owner(1));
        consortium.proposeProvider("Operator B", owner_, desk, none, none);
    }

    /// Its sessions go on, and no new one begins.
    function test_anExcludedProviderVouchesForNobody() public {
        admitProvider();
        vouch(driver(1));
        vouch(driver(2));
        uint32 session = request(driver(1), point, 1_000);
        vm.prank(owner(1));
        uint256 proposal = consortium.proposeExclusion(PROVIDER);
        vm.prank(owner(2));
        consortium.vote(proposal);
        vm.expectEmit(address(consortium));
        emit IConsortium.ProviderExcluded(PROVIDER);
        vm.prank(owner(3));
        consortium.vote(proposal);
        vm.assertEq(consortium.providers(), 0x1e);
        vm.expectRevert(abi.encodeWithSelector(ICharging.NotAUser.selector, driver(2)));
        request(driver(2), point + 1, 1_000);
        vm.assertEq(uint256(charging.sessionOf(session).status), uint256(ICharging.Status.Requested));
        vm.prank(driver(1));
        charging.endSession(session);
        vm.assertEq(charging.heldOf(1, PROVIDER), 0);
        // its name and its accounts are free for the next one, which is another
        agree(propose("Provider", PROVIDER_OWNER, PROVIDER_DESK));
        vm.assertEq(consortium.providers(), 0x1e | 1 << (PROVIDER + 1));
    }

    function test_changeDesk() public {
        admitProvider();
        bytes32 typeHash = keccak256("Desk(uint8 provider,address desk)");
        bytes memory proof =
            signature(HOT, address(consortium), keccak256(abi.encode(typeHash, PROVIDER, vm.addr(HOT))));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.NotAnOwner.selector, owner(1)));
        vm.prank(owner(1));
        consortium.changeDesk(vm.addr(HOT), proof);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.BadProof.selector, vm.addr(HOT)));
        vm.prank(vm.addr(PROVIDER_OWNER));
        consortium.changeDesk(vm.addr(HOT), "");
        vm.expectEmit(address(consortium));
        emit IConsortium.DeskChanged(PROVIDER, vm.addr(HOT));
        vm.prank(vm.addr(PROVIDER_OWNER));
        consortium.changeDesk(vm.addr(HOT), proof);
        (uint8 id, IConsortium.Role role) = consortium.roleOf(vm.addr(PROVIDER_DESK));
        vm.assertEq(id, 0);
        (id, role) = consortium.roleOf(vm.addr(HOT));
        vm.assertEq(id, PROVIDER);
        vm.assertEq(uint256(role), uint256(IConsortium.Role.Desk));
    }

    /// Where an operator wants to see a deposit, all providers need one, whoever they are.
    function test_requireDeposit() public {
        admitProvider();
        vouch(driver(1));
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotAnOwner.selector, meter(1)));
        vm.prank(meter(1));
        channels.requireDeposit(true);
        vm.prank(owner(1));
        channels.requireDeposit(true);
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositTooSmall.selector, PROVIDER, 1, 0, 0));
        request(driver(1), point, 1_000);
        address payer = vm.addr(PROVIDER_OWNER);
        fund(payer, address(channels), 10 * EUR);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), 2 * EUR);
        uint32 session = request(driver(1), point, 1_000);
        vm.prank(driver(1));
        charging.endSession(session);
        settleSums(S, sum(PROVIDER, 1, 3 * EUR, 3 * EUR, 0));
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositTooSmall.selector, PROVIDER, 1, 3 * EUR, 2 * EUR));
        request(driver(1), point, 1_000);
        // what is paid is owed no more
        redeem(voucher(payer, 1, HOT, 3 * EUR));
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositTooSmall.selector, PROVIDER, 1, EUR, 0));
        request(driver(1), point, 1_000);
        vm.prank(payer);
        channels.topUp(1, EUR);
        request(driver(1), point, 1_000);
        // nobody shuts it out by taking its deposit away, and what it closes covers nothing
        vm.expectRevert(abi.encodeWithSelector(IChannels.CoverNeeded.selector, PROVIDER, 1));
        vm.prank(owner(1));
        channels.release(payer);
        vm.prank(payer);
        channels.announceClosing(payer, 1);
        vouch(driver(3));
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositTooSmall.selector, PROVIDER, 1, EUR, 0));
        request(driver(3), point + 2, 1_000);
        vm.prank(owner(1));
        channels.release(payer);
        // an operator's own users need none
        registerUser(1, driver(2));
        request(driver(2), point + 1, 1_000);
    }

    /// A deposit from before it was a provider pays other bills.
    function test_requireDeposit_ofAProvidersChannel() public {
        address payer = vm.addr(PROVIDER_OWNER);
        fund(payer, address(channels), 10 * EUR);
        vm.prank(payer);
        channels.open(1, vm.addr(HOT), 2 * EUR);
        admitProvider();
        vouch(driver(1));
        vm.prank(owner(1));
        channels.requireDeposit(true);
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositTooSmall.selector, PROVIDER, 1, 0, 0));
        request(driver(1), point, 1_000);
    }

    function test_theMarketIsLinked() public view {
        vm.assertEq(abi.encode(consortium.market()), abi.encode(market()));
        vm.assertEq(consortium.channels(), address(channels));
    }
}
