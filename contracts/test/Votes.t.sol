// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Members} from "../src/Members.sol";
import {Quorum, QuorumLibrary} from "../src/Quorum.sol";
import {Votes, VotesLibrary} from "../src/Votes.sol";
import {Test} from "./Test.sol";

contract VotesTest is Test {
    using Members for uint256;

    uint8 private constant OPERATORS = 60;

    function test_nothingIsSaidAtFirst() public pure {
        Votes votes;
        vm.assertEq(votes.candidates(), 0);
        vm.assertTrue(votes.isOpen());
        vm.assertFalse(votes.isFinal());
        vm.assertEq(votes.choiceOf(1), 0);
        vm.assertEq(votes.finalCandidate(), VotesLibrary.GIVEN_UP);
    }

    function test_whoIsNoOperatorHasNoVote() public pure {
        Votes all = Votes.wrap(type(uint256).max);
        vm.assertEq(all.choiceOf(0), 0);
        vm.assertEq(all.choiceOf(OPERATORS), 15);
        vm.assertEq(all.choiceOf(OPERATORS + 1), 0);
        vm.assertEq(all.choiceOf(255), 0);
    }

    function test_whatIsGivenUpIsNotFinal() public pure {
        Votes votes;
        votes = votes.withCandidate().withVote(7, 0).withGivenUp();
        vm.assertTrue(votes.isGivenUp());
        vm.assertFalse(votes.isFinal());
        vm.assertFalse(votes.isOpen());
        vm.assertEq(votes.choiceOf(7), 1);
    }

    /// Any candidates and votes give what a table would, with an outcome and without.
    function testFuzz_behavesLikeATable(uint256 seed) public pure {
        uint256 candidates = 1 + seed % VotesLibrary.MOST_CANDIDATES;
        Votes votes;
        for (uint256 c = 0; c < candidates; ++c) {
            votes = votes.withCandidate();
        }
        uint256[] memory choices = new uint256[](OPERATORS + 1);
        uint256[] memory inFavor = new uint256[](candidates);
        uint256 members;
        for (uint8 operator = 1; operator <= OPERATORS; ++operator) {
            uint256 random = mix(seed, operator);
            bool isMember = random % 2 == 0 && members.count() < Members.MOST;
            if (isMember) members = members.add(operator);
            if (random >> 8 & 3 == 0) continue;
            uint256 candidate = (random >> 16) % candidates;
            votes = votes.withVote(operator, candidate);
            choices[operator] = candidate + 1;
            if (isMember) ++inFavor[candidate];
        }
        if (seed >> 128 & 1 == 1) votes = votes.withFinal(seed % candidates);
        vm.assertEq(votes.candidates(), candidates);
        for (uint8 operator = 1; operator <= OPERATORS; ++operator) {
            vm.assertEq(votes.choiceOf(operator), choices[operator]);
        }
        for (uint256 c = 0; c < candidates; ++c) {
            vm.assertEq(votes.inFavor(c, members), inFavor[c]);
        }
        vm.assertEq(votes.isFinal(), seed >> 128 & 1 == 1);
        if (votes.isFinal()) vm.assertEq(votes.finalCandidate(), seed % candidates);
    }

    /// Two disjoint sets of members never both have a quorum, whatever it is, from one half up.
    function testFuzz_twoQuorumsOverlap(uint8 numerator, uint8 denominator, uint8 members, uint8 inFavor) public pure {
        denominator = denominator == 0 ? 1 : denominator;
        numerator = uint8((uint256(denominator) + 1) / 2 + numerator % (uint256(denominator) / 2 + 1));
        Quorum quorum = QuorumLibrary.moreThan(numerator, denominator);
        inFavor = members == 0 ? 0 : inFavor % members;
        vm.assertFalse(quorum.isReached(inFavor, members) && quorum.isReached(members - inFavor, members));
        vm.assertFalse(quorum.isReached(inFavor, members) && numerator == denominator);
    }

    function test_aMajorityIsMoreThanHalf() public pure {
        vm.assertFalse(QuorumLibrary.MAJORITY.isReached(2, 4));
        vm.assertTrue(QuorumLibrary.MAJORITY.isReached(3, 4));
        vm.assertTrue(QuorumLibrary.MAJORITY.isReached(2, 3));
        vm.assertFalse(QuorumLibrary.moreThan(2, 3).isReached(2, 3));
    }
}
