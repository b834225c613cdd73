// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBallots} from "../src/IBallots.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {ISettlement} from "../src/ISettlement.sol";
import {Market} from "./Market.sol";

contract SettlementTest is Market {
    bytes[] private _bills;

    function setUp() public {
        deployMarket(4);
        admitProvider();
        for (uint32 i = 0; i < 5; ++i) {
            uint64 compensation = i == 4 ? 2 * EUR : 0;
            _bills.push(bill(BillData(i + 1, driver(i), PROVIDER, 1, compensation, 10 + i)));
        }
    }

    function posted() private view returns (Posted memory) {
        return Posted(statementOf(S, _bills, 60), sum(PROVIDER, 1, 5 * EUR, 6 * EUR, 2 * EUR));
    }

    function test_aQuorumMakesItFinal() public {
        Posted memory p = posted();
        warpTo(S, TIMESTEP_SECONDS - 1);
        post(1, p);
        attest(2, 0, p);
        vm.assertEq(settlement.lastFinal(), 0);
        vm.assertEq(settlement.billedMicroEuro(PROVIDER, 1), 0);
        vm.expectEmit(address(settlement));
        emit ISettlement.SettlementAttested(S, 3, 0);
        vm.expectEmit(address(settlement));
        emit ISettlement.SettlementFinal(S, 0, 3, 4);
        attest(3, 0, p);
        vm.assertEq(settlement.lastFinal(), S);
        vm.assertEq(settlement.billedMicroEuro(PROVIDER, 1), 5 * EUR);
        vm.assertEq(settlement.billedMicroEuro(0, PROVIDER), 6 * EUR);
        (, uint64 owed) = settlement.guaranteeOf(1);
        vm.assertEq(owed, 2 * EUR);
        // what comes after the quorum is on record, and changes nothing
        attest(4, 0, p);
        vm.assertEq(settlement.billedMicroEuro(PROVIDER, 1), 5 * EUR);
        (uint8 candidates, uint8 finalCandidate, bytes32 root) = settlement.stateOf(S);
        vm.assertEq(candidates, 1);
        vm.assertEq(finalCandidate, 0);
        vm.assertEq(root, p.statement.billsRoot);
        vm.assertEq(settlement.voteOf(S, 4), 1);
    }

    function test_aLiarsSettlementStaysACandidate() public {
        Posted memory lie = posted();
        lie.sums = sum(PROVIDER, 1, 500 * EUR, 600 * EUR, 0);
        Posted memory honest = posted();
        warpTo(S, TIMESTEP_SECONDS - 1);
        post(1, lie);
        post(2, honest);
        attest(3, 1, honest);
        attest(4, 1, honest);
        vm.assertEq(settlement.billedMicroEuro(PROVIDER, 1), 5 * EUR);
        (, uint8 finalCandidate,) = settlement.stateOf(S);
        vm.assertEq(finalCandidate, 1);
    }

    function test_twoLiarsMakeNothingFinal() public {
        Posted memory lie = posted();
        lie.statement.tokens = 1 << 60;
        Posted memory honest = posted();
        warpTo(S, TIMESTEP_SECONDS - 1);
        post(1, lie);
        attest(2, 0, lie);
        post(3, honest);
        attest(4, 1, honest);
        vm.assertEq(settlement.lastFinal(), 0);
        // the next one takes the sessions along
        warpTo(S + 4, TIMESTEP_SECONDS - 1);
        vm.prank(oracle(2));
        bytes32 digest = settlement.digestOf(honest.statement);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.WrongTimestep.selector, S, S + 4));
        vm.prank(oracle(2));
        settlement.attest(S, 1, digest, honest.sums);
        honest.statement.timestep = S + 4;
        settle(honest);
        vm.assertEq(settlement.lastFinal(), S + 4);
        vm.assertEq(settlement.billedMicroEuro(PROVIDER, 1), 5 * EUR);
    }

    function test_theSamePostByAnotherOnlyAttests() public {
        Posted memory p = posted();
        warpTo(S, TIMESTEP_SECONDS - 1);
        post(1, p);
        post(2, p);
        post(3, p);
        vm.assertEq(settlement.lastFinal(), S);
        (uint8 candidates,,) = settlement.stateOf(S);
        vm.assertEq(candidates, 1);
    }

    function test_ranksTakeOver() public {
        Posted memory p = posted();
        uint8 first = uint8(S / SETTLEMENT_TIMESTEPS % 4 + 1);
        uint8 second = first % 4 + 1;
        warpTo(S, 0);
        uint64 from = uint64(S) * TIMESTEP_SECONDS + TAKEOVER_SECONDS;
        bytes memory data =
            abi.encodeWithSelector(IBallots.NotYourTurn.selector, second, 1, from, uint64(block.timestamp));
        vm.prank(oracle(second));
        vm.expectRevert(data);
        settlement.post(p.statement, p.sums);
        warpTo(S, TAKEOVER_SECONDS);
        post(second, p);
        post(first, p);
    }

    function test_post_refusesWhatCannotBe() public {
        Posted memory p = posted();
        vm.expectRevert(abi.encodeWithSelector(ISettlement.WrongTimestep.selector, S, FIRST_TIMESTEP));
        post(1, p);
        warpTo(S, TIMESTEP_SECONDS - 1);
        vm.expectRevert(abi.encodeWithSelector(IBallots.NotAnOracle.selector, STRANGER));
        vm.prank(STRANGER);
        settlement.post(p.statement, p.sums);
        p.statement.valuation = bytes32(uint256(1));
        expectPost(
            p, abi.encodeWithSelector(ISettlement.WrongValuation.selector, bytes32(uint256(1)), sha256(VALUATION))
        );
        p = posted();
        p.statement.snapshotBlock = uint64(block.number);
        expectPost(p, abi.encodeWithSelector(IBallots.SnapshotInFuture.selector, block.number, block.number));
        p = posted();
        p.sums = new bytes(25);
        expectPost(p, abi.encodeWithSelector(ISettlement.SumsLength.selector, 25, 512 * 26));
        p.sums = new bytes(513 * 26);
        expectPost(p, abi.encodeWithSelector(ISettlement.SumsLength.selector, 513 * 26, 512 * 26));
        p.sums = bytes.concat(sum(2, 1, 1, 1, 0), sum(2, 1, 1, 1, 0));
        expectPost(p, abi.encodeWithSelector(ISettlement.SumsUnordered.selector, 2, 1));
        p = posted();
        post(1, p);
        expectPost(p, abi.encodeWithSelector(IBallots.AlreadySpoken.selector, S, 1));
        bytes32 digest = settlement.digestOf(p.statement);
        vm.expectRevert(abi.encodeWithSelector(IBallots.UnknownCandidate.selector, S, 1));
        vm.prank(oracle(2));
        settlement.attest(S, 1, digest, p.sums);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.DifferentStatement.selector, S, 0));
        vm.prank(oracle(2));
        settlement.attest(S, 0, digest, "");
    }

    /// As many candidates as four bits hold; whoever comes later can still attest one of them.
    function test_candidates_areAtMostFifteen() public {
        deployMarket(31);
        warpTo(S, TIMESTEP_SECONDS - 1);
        Posted memory p = posted();
        for (uint8 i = 1; i <= 15; ++i) {
            p.statement.tokens = i;
            post(i, p);
        }
        p.statement.tokens = 16;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.TooManyCandidates.selector, S, 15));
        post(16, p);
        p.statement.tokens = 15;
        for (uint8 i = 16; i <= 31; ++i) {
            attest(i, 14, p);
            vm.assertEq(settlement.voteOf(S, i), 15);
        }
        (uint8 candidates,,) = settlement.stateOf(S);
        vm.assertEq(candidates, 15);
        vm.assertEq(settlement.lastFinal(), 0);
    }

    function expectPost(Posted memory p, bytes memory data) private {
        vm.expectRevert(data);
        post(1, p);
    }

    function test_anExcludedOperatorsVoteDoesNotCount() public {
        Posted memory p = posted();
        warpTo(S, TIMESTEP_SECONDS - 1);
        post(1, p);
        attest(2, 0, p);
        exclude(2);
        // two of three are no quorum, three are
        attest(3, 0, p);
        vm.assertEq(settlement.lastFinal(), 0);
        attest(4, 0, p);
        vm.assertEq(settlement.lastFinal(), S);
    }

    function test_claim_givesTokensAndCompensationOnce() public {
        settle(posted());
        guarantee(1, 3 * EUR);
        address to = address(0xcafe);
        ISettlement.Claim[] memory all = new ISettlement.Claim[](5);
        for (uint256 i = 0; i < 5; ++i) {
            all[i] = claimOf(S, _bills, i, to, 0x40000 + i);
        }
        settlement.claim(all);
        vm.assertEq(flexibility.balanceOf(to), 10 + 11 + 12 + 13 + 14);
        vm.assertEq(flexibility.totalSupply(), 60);
        vm.assertEq(euro.balanceOf(to), 2 * EUR);
        settlement.claim(all);
        vm.assertEq(flexibility.totalSupply(), 60);
        vm.assertEq(euro.balanceOf(to), 2 * EUR);
        (uint64 left, uint64 owed) = settlement.guaranteeOf(1);
        vm.assertEq(left, EUR);
        vm.assertEq(owed, 0);
        (bool tokens, bool compensation) = settlement.isClaimed(5);
        vm.assertTrue(tokens && compensation);
    }

    function test_claim_whatNoGuaranteeCoversIsPaidLater() public {
        settle(posted());
        ISettlement.Claim[] memory one = new ISettlement.Claim[](1);
        one[0] = claimOf(S, _bills, 4, driver(9), 0x40000 + 4);
        settlement.claim(one);
        vm.assertEq(flexibility.balanceOf(driver(9)), 14);
        vm.assertEq(euro.balanceOf(driver(9)), 0);
        (bool tokens, bool compensation) = settlement.isClaimed(5);
        vm.assertTrue(tokens && !compensation);
        guarantee(1, 2 * EUR);
        settlement.claim(one);
        vm.assertEq(flexibility.balanceOf(driver(9)), 14);
        vm.assertEq(euro.balanceOf(driver(9)), 2 * EUR);
    }

    function test_claim_refusesOthersAndOtherBills() public {
        ISettlement.Claim[] memory one = new ISettlement.Claim[](1);
        one[0] = claimOf(S, _bills, 0, driver(0), 0x40000);
        bytes memory absent = abi.encodeWithSelector(ISettlement.NotInSettlement.selector, S, 0);
        vm.expectRevert(absent);
        settlement.claim(one);
        settle(posted());
        // to somebody else than who was named
        one[0].to = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotYourBill.selector, 1, address(this)));
        settlement.claim(one);
        // its account needs no signature
        one[0].signature = "";
        vm.prank(driver(0));
        settlement.claim(one);
        vm.assertEq(flexibility.balanceOf(STRANGER), 10);
        // another bill than that of the place, and a place that is not there
        one[0] = claimOf(S, _bills, 1, driver(1), 0x40001);
        one[0].index = 0;
        vm.expectRevert(absent);
        settlement.claim(one);
        one[0].index = 5;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotInSettlement.selector, S, 5));
        settlement.claim(one);
        one[0] = claimOf(S, _bills, 1, driver(1), 0x40001);
        one[0].bill[150] = 0xff;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotInSettlement.selector, S, 1));
        settlement.claim(one);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.TooManyClaims.selector, 65, 64));
        settlement.claim(new ISettlement.Claim[](65));
    }

    function test_claim_neverMakesMoreTokensThanStated() public {
        Posted memory p = posted();
        p.statement.tokens = 20;
        settle(p);
        ISettlement.Claim[] memory two = new ISettlement.Claim[](2);
        two[0] = claimOf(S, _bills, 0, driver(0), 0x40000);
        two[1] = claimOf(S, _bills, 1, driver(1), 0x40001);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.TokensExceeded.selector, S, 11, 10));
        settlement.claim(two);
    }

    function test_nobodyElseMakesTokens() public {
        vm.expectRevert(abi.encodeWithSignature("NotSettlement(address)", address(this)));
        flexibility.mint(driver(1), 1);
    }

    function test_guaranteesAreBoundByWhatIsOwed() public {
        settle(posted());
        guarantee(1, 3 * EUR);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotAnOwner.selector, owner(2)));
        vm.prank(owner(2));
        settlement.announceTaking(1, EUR);
        // excluded or not
        exclude(1);
        vm.prank(owner(1));
        settlement.announceTaking(1, 3 * EUR);
        uint32 from = S + 1_024;
        vm.expectRevert(abi.encodeWithSelector(ISettlement.TakingTooEarly.selector, 1, from));
        vm.prank(owner(1));
        settlement.takeGuarantee(1);
        warpTo(from, 0);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotAnOwner.selector, owner(2)));
        vm.prank(owner(2));
        settlement.takeGuarantee(1);
        vm.prank(owner(1));
        settlement.takeGuarantee(1);
        vm.assertEq(euro.balanceOf(owner(1)), EUR);
        (uint64 left, uint64 owed) = settlement.guaranteeOf(1);
        vm.assertEq(left, owed);
        // what was announced is taken once
        vm.prank(owner(1));
        settlement.takeGuarantee(1);
        vm.assertEq(euro.balanceOf(owner(1)), EUR);
    }

    function test_noGuaranteeForNobody() public {
        fund(driver(40), address(settlement), EUR);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnknownOperator.selector, 9));
        vm.prank(driver(40));
        settlement.addGuarantee(9, EUR);
    }

    function guarantee(uint8 operator, uint64 microEuro) private {
        fund(driver(40), address(settlement), microEuro);
        vm.prank(driver(40));
        settlement.addGuarantee(operator, microEuro);
    }

    /// Every leaf of every tree opens at its place, and nowhere else.
    function testFuzz_everyBillOpens(uint256 seed) public {
        uint256 n = 1 + seed % 33;
        bytes[] memory bills = new bytes[](n);
        for (uint32 i = 0; i < n; ++i) {
            bills[i] = bill(BillData(i + 1, driver(i % 40), PROVIDER, 1, 0, 1));
        }
        settle(Posted(statementOf(S, bills, uint64(n)), ""));
        uint256 index = (seed >> 8) % n;
        bytes32[] memory path = pathOf(bills, 0, n, index);
        vm.assertTrue(settlement.isFinal(S, bills[index], uint32(index), path));
        for (uint32 i = 0; i < n; ++i) {
            if (i != index) vm.assertFalse(settlement.isFinal(S, bills[index], i, path));
        }
        vm.assertFalse(settlement.isFinal(S + 4, bills[index], uint32(index), path));
        if (path.length > 0) {
            path[(seed >> 16) % path.length] ^= bytes32(uint256(1));
            vm.assertFalse(settlement.isFinal(S, bills[index], uint32(index), path));
        }
    }

    function test_terms() public {
        vm.assertEq(settlement.terms().settlementTimesteps, SETTLEMENT_TIMESTEPS);
        IConsortium.Terms memory bad = settlement.terms();
        bad.settlementTimesteps = 0;
        bytes memory code = creationCode("Settlement", abi.encode(consortium, valuations, euro, flexibility, bad));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.BadTerms.selector));
        this.make(code);
    }

    function make(bytes memory code) external returns (address) {
        return create(code);
    }
}
