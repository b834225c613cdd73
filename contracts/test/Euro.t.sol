// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../src/IConsortium.sol";
import {IEuro} from "../src/IEuro.sol";
import {Market} from "./Market.sol";

contract EuroTest is Market {
    address private issuer;

    function setUp() public {
        deployMarket(4);
        issuer = vm.addr(ISSUER);
    }

    function test_nobodyIssuesWithoutACap() public {
        vm.expectRevert(abi.encodeWithSelector(IEuro.AboveCap.selector, issuer, 1, 0));
        issue(driver(1), 1, "a");
    }

    /// A vote that comes late does not bring back what was decided since.
    function test_anOlderProposalUndoesNothing() public {
        vm.prank(owner(1));
        uint256 old = consortium.proposeIssuerCap(issuer, 10 * EUR);
        vm.prank(owner(2));
        consortium.vote(old);
        setCap(issuer, 0);
        vm.prank(owner(3));
        consortium.vote(old);
        vm.assertEq(consortium.issuerCapOf(issuer), 0);
        setCap(issuer, EUR);
        vm.assertEq(consortium.issuerCapOf(issuer), EUR);
    }

    function test_nothingIsNotIssued() public {
        vm.expectRevert(abi.encodeWithSelector(IEuro.NothingToIssue.selector));
        issue(driver(1), 0, "a");
        vm.expectRevert(abi.encodeWithSelector(IEuro.NothingToIssue.selector));
        euro.redeem(issuer, 0, "a");
    }

    function test_aMajoritySetsTheCap() public {
        vm.prank(owner(1));
        uint256 proposal = consortium.proposeIssuerCap(issuer, 10 * EUR);
        vm.prank(owner(2));
        consortium.vote(proposal);
        vm.assertEq(consortium.issuerCapOf(issuer), 0);
        vm.expectEmit(address(consortium));
        emit IConsortium.IssuerCapChanged(issuer, 10 * EUR);
        vm.prank(owner(3));
        consortium.vote(proposal);
        vm.assertEq(consortium.issuerCapOf(issuer), 10 * EUR);
    }

    function test_issue_againstEachReferenceOnce() public {
        setCap(issuer, 10 * EUR);
        vm.expectEmit(address(euro));
        emit IEuro.Issued(issuer, driver(1), 6 * EUR, "a");
        issue(driver(1), 6 * EUR, "a");
        vm.assertEq(euro.balanceOf(driver(1)), 6 * EUR);
        vm.expectRevert(abi.encodeWithSelector(IEuro.ReferenceUsed.selector, issuer, bytes32("a")));
        issue(driver(1), 1, "a");
        vm.expectRevert(abi.encodeWithSelector(IEuro.AboveCap.selector, issuer, 11 * EUR, 10 * EUR));
        issue(driver(1), 5 * EUR, "b");
        issue(driver(2), 4 * EUR, "b");
        vm.assertEq(euro.totalSupply(), 10 * EUR);
    }

    function test_redeem_makesRoomUnderTheCap() public {
        setCap(issuer, 10 * EUR);
        issue(driver(1), 10 * EUR, "a");
        vm.expectEmit(address(euro));
        emit IEuro.Redeemed(issuer, driver(1), 3 * EUR, "mine");
        vm.prank(driver(1));
        euro.redeem(issuer, 3 * EUR, "mine");
        vm.assertEq(euro.inCirculation(issuer), 7 * EUR);
        issue(driver(2), 3 * EUR, "b");
        vm.expectRevert(abi.encodeWithSelector(IEuro.NotIssued.selector, STRANGER, 1, 0));
        vm.prank(driver(1));
        euro.redeem(STRANGER, 1, "x");
    }

    function test_aStoppedIssuerIssuesNoMoreAndStillRedeems() public {
        setCap(issuer, 10 * EUR);
        issue(driver(1), 5 * EUR, "a");
        setCap(issuer, 0);
        vm.expectRevert(abi.encodeWithSelector(IEuro.AboveCap.selector, issuer, 5 * EUR + 1, 0));
        issue(driver(1), 1, "b");
        vm.prank(driver(1));
        vm.assertTrue(euro.transfer(driver(2), 2 * EUR));
        vm.prank(driver(2));
        euro.redeem(issuer, 2 * EUR, "out");
        vm.assertEq(euro.totalSupply(), 3 * EUR);
    }

    /// Whatever issuers and holders do, what is in circulation is what issuers made, and never above their caps.
    function testFuzz_theSupplyIsWhatIssuersMade(uint256 seed) public {
        address[2] memory issuers = [issuer, vm.addr(HOT)];
        uint256[2] memory made;
        setCap(issuers[0], 1_000);
        setCap(issuers[1], 500);
        for (uint256 i = 0; i < 24; ++i) {
            uint256 random = mix(seed, i);
            uint256 which = random >> 8 & 1;
            uint256 amount = 1 + (random >> 16) % 400;
            address holder = driver((random >> 64) % 3);
            if (random % 2 == 0) {
                bool may = made[which] + amount <= (which == 0 ? 1_000 : 500);
                vm.prank(issuers[which]);
                (bool ok,) = address(euro).call(abi.encodeCall(IEuro.issue, (holder, amount, bytes32(random))));
                vm.assertEq(ok, may);
                if (ok) made[which] += amount;
            } else {
                bool may = made[which] >= amount && euro.balanceOf(holder) >= amount;
                vm.prank(holder);
                (bool ok,) = address(euro).call(abi.encodeCall(IEuro.redeem, (issuers[which], amount, bytes32(random))));
                vm.assertEq(ok, may);
                if (ok) made[which] -= amount;
            }
            vm.assertEq(euro.totalSupply(), made[0] + made[1]);
            vm.assertEq(euro.inCirculation(issuers[which]), made[which]);
        }
    }
}
