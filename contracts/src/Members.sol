// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The members of the consortium in one word
/// @notice One byte for each member's id in rotation order, from the lowest byte up; the highest byte is their number.
/// One word, so that a plan's post and each attestation read it once.
library Members {
    uint256 internal constant MOST = 31;

    function count(uint256 members) internal pure returns (uint256) {
        return members >> 248;
    }

    /// @param i position in the rotation, below `count`
    function idAt(uint256 members, uint256 i) internal pure returns (uint8) {
        return uint8(members >> (8 * i));
    }

    /// @return the position of an operator, or `count` when it is no member
    function position(uint256 members, uint8 operator) internal pure returns (uint256) {
        uint256 n = count(members);
        for (uint256 i = 0; i < n; ++i) {
            if (idAt(members, i) == operator) return i;
        }
        return n;
    }

    function includes(uint256 members, uint8 operator) internal pure returns (bool) {
        return position(members, operator) < count(members);
    }

    /// @param operators one bit for each operator by its id
    /// @return number of the members among them
    function countOf(uint256 members, uint256 operators) internal pure returns (uint256 number) {
        uint256 n = count(members);
        for (uint256 i = 0; i < n; ++i) {
            number += operators >> idAt(members, i) & 1;
        }
    }

    function add(uint256 members, uint8 operator) internal pure returns (uint256) {
        uint256 n = count(members);
        return (members | uint256(operator) << (8 * n)) + (1 << 248);
    }

    /// @notice Takes a member out; those behind it move up, so that the order of the others stays.
    function remove(uint256 members, uint8 operator) internal pure returns (uint256 left) {
        uint256 n = count(members);
        for (uint256 i = 0; i < n; ++i) {
            if (idAt(members, i) != operator) left = add(left, idAt(members, i));
        }
    }
}
