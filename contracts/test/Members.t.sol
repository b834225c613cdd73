// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Members} from "../src/Members.sol";
import {Test} from "./Test.sol";

contract MembersTest is Test {
    using Members for uint256;

    function test_nobodyIsAMemberOfNothing() public pure {
        uint256 none = 0;
        vm.assertEq(none.count(), 0);
        vm.assertFalse(none.includes(1));
        vm.assertEq(none.position(1), 0);
    }

    function test_thirtyOneMembersFitIntoTheWord() public pure {
        uint256 all;
        for (uint8 i = 1; i <= Members.MOST; ++i) {
            all = all.add(i + 200);
        }
        vm.assertEq(all.count(), 31);
        vm.assertEq(all.idAt(0), 201);
        vm.assertEq(all.idAt(30), 231);
    }

    function test_theOthersKeepTheirOrderWhenOneLeaves() public pure {
        uint256 all;
        all = all.add(5).add(3).add(9).remove(3);
        vm.assertEq(all, uint256(2) << 248 | 9 << 8 | 5);
    }

    function test_removingAStrangerChangesNothing() public pure {
        uint256 all;
        all = all.add(5).add(3);
        vm.assertEq(all.remove(4), all);
    }

    /// Any order of joining and leaving gives what a list would.
    function testFuzz_behavesLikeAList(uint256 seed) public pure {
        uint8[] memory list = new uint8[](Members.MOST);
        uint256 count;
        uint256 members;
        for (uint8 next = 1; next <= 60; ++next) {
            uint256 random = mix(seed, next);
            if (count < Members.MOST && (count == 0 || random % 3 > 0)) {
                list[count++] = next;
                members = members.add(next);
            } else {
                uint256 index = (random >> 8) % count;
                members = members.remove(list[index]);
                for (--count; index < count; ++index) {
                    list[index] = list[index + 1];
                }
            }
        }
        vm.assertEq(members.count(), count);
        for (uint256 i = 0; i < count; ++i) {
            vm.assertEq(members.idAt(i), list[i]);
            vm.assertEq(members.position(list[i]), i);
        }
        uint256 included;
        for (uint8 id = 1; id <= 60; ++id) {
            if (members.includes(id)) ++included;
        }
        vm.assertEq(included, count);
    }
}
