// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How many must agree: more than numerator / denominator of the members
/// @notice The numerator in the upper byte, the denominator in the lower one.
type Quorum is uint16;

using QuorumLibrary for Quorum global;

/// @title The one rule by which plans, settlements, algorithms and members are decided: documented at `Quorum`
library QuorumLibrary {
    /// For members and money: more than half of all.
    Quorum internal constant MAJORITY = Quorum.wrap(0x0102);

    function moreThan(uint8 numerator, uint8 denominator) internal pure returns (Quorum) {
        return Quorum.wrap(uint16(numerator) << 8 | denominator);
    }

    /// @param inFavor how many of the members agree
    /// @param members how many there are
    function isReached(Quorum quorum, uint256 inFavor, uint256 members) internal pure returns (bool) {
        uint256 word = Quorum.unwrap(quorum);
        return inFavor * (word & 0xff) > members * (word >> 8);
    }
}
