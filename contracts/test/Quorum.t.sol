// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../src/IConsortium.sol";
import {Network} from "./Network.sol";

/// When exactly the votes are enough, for plans and for algorithms.
contract QuorumTest is Network {
    function test_moreThanTwoThirds_forEachNumberOfMembers() public {
        for (uint256 members = 1; members <= 31; ++members) {
            requireQuorum(members, 2, 3);
        }
    }

    /// Final if and only if votes * denominator > members * numerator, whatever the quorum of the network.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_anyQuorum(uint256 members, uint256 numerator, uint256 denominator) public {
        denominator = bound(denominator, 2, 255);
        numerator = bound(numerator, (denominator + 1) / 2, denominator - 1);
        requireQuorum(bound(members, 1, 31), uint8(numerator), uint8(denominator));
    }

    /// The votes of those who left count for nothing, and those who are left need more than two thirds of themselves.
    /// forge-config: default.fuzz.runs = 128
    function testFuzz_exclusionsInBetween(uint256 seed) public {
        deployNetwork(10);
        activateAlgorithm(10);
        warpToTurnOfAll(K);
        Plan memory p = planOf(K, 0, 1);
        bool[11] memory voted;
        bool[11] memory member;
        uint256 members = 10;
        for (uint8 i = 1; i <= 10; ++i) {
            member[i] = true;
        }
        uint8 speaker = uint8(seed % 10 + 1);
        post(speaker, p);
        voted[speaker] = true;
        bool isFinal;
        for (uint256 i = 0; i < 14 && !isFinal; ++i) {
            uint256 random = mix(seed, i);
            uint8 who = uint8((random >> 8) % 10 + 1);
            if (!member[who]) continue;
            if (random % 3 == 0 && members > 3) {
                excludeOf(who, member);
                member[who] = false;
                --members;
            } else if (!voted[who]) {
                attest(who, 0, p);
                voted[who] = true;
                uint256 votes;
                for (uint8 j = 1; j <= 10; ++j) {
                    if (member[j] && voted[j]) ++votes;
                }
                (,, isFinal,) = plans.stateOf(K);
                vm.assertEq(isFinal, votes * 3 > members * 2);
            }
        }
    }

    function requireQuorum(uint256 members, uint8 numerator, uint8 denominator) private {
        IConsortium.Parameters memory parameters_ = parameters();
        parameters_.quorumNumerator = numerator;
        parameters_.quorumDenominator = denominator;
        deployNetwork(members, parameters_);

        bytes32 id = sha256(JAR);
        vm.prank(owner(1));
        algorithms.start(id, uint32(JAR.length), "");
        vm.prank(owner(1));
        algorithms.store(id, 0, JAR);
        vm.prank(owner(1));
        algorithms.seal(id);
        uint256 needed;
        for (uint8 i = 1; i <= members && needed == 0; ++i) {
            vm.prank(owner(i));
            algorithms.approve(id, K);
            bool enough = uint256(i) * denominator > members * numerator;
            vm.assertEq(algorithms.algorithmAt(K) == id, enough);
            if (enough) needed = i;
        }
        vm.assertGt(needed, 0);

        warpToGateOf(K);
        Plan memory p = planOf(K, 0, 1);
        for (uint256 votes = 1; votes <= members; ++votes) {
            uint8 operator = ranked(K, votes - 1, members);
            if (votes == 1) post(operator, p);
            else attest(operator, 0, p);
            (,, bool isFinal,) = plans.stateOf(K);
            vm.assertEq(isFinal, votes >= needed);
        }
    }

    function excludeOf(uint8 operator, bool[11] memory member) private {
        uint256 proposal;
        bool proposed;
        for (uint8 i = 1; i <= 10; ++i) {
            if (!member[i] || i == operator) continue;
            (, IConsortium.Role role) = consortium.roleOf(owner(operator));
            if (role == IConsortium.Role.None) return;
            vm.prank(owner(i));
            if (proposed) consortium.vote(proposal);
            else proposal = consortium.proposeExclusion(operator);
            proposed = true;
        }
    }
}
