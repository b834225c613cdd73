// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What contracts read of a bill's bytes, and where it stands in a settlement
/// @notice The layout is that of version 1, in the reference of bills.
library Bill {
    uint256 internal constant BYTES = 184;
    bytes4 private constant MAGIC = "CPB1";

    /// @return whether these are the bytes of a bill of version 1
    function isBill(bytes calldata bill) internal pure returns (bool) {
        return bill.length == BYTES && bytes4(bill[0:4]) == MAGIC;
    }

    function session(bytes calldata bill) internal pure returns (uint32) {
        return uint32(bytes4(bill[4:8]));
    }

    function account(bytes calldata bill) internal pure returns (address) {
        return address(bytes20(bill[8:28]));
    }

    function operator(bytes calldata bill) internal pure returns (uint8) {
        return uint8(bill[29]);
    }

    function compensationMicroEuro(bytes calldata bill) internal pure returns (uint64) {
        return uint64(bytes8(bill[136:144]));
    }

    function tokens(bytes calldata bill) internal pure returns (uint64) {
        return uint64(bytes8(bill[144:152]));
    }

    /// @notice RFC 9162, 2.1.3.2.
    /// @return whether a leaf stands at a place in the tree with this root and size
    function isInTree(bytes calldata leaf, uint32 index, bytes32[] calldata path, bytes32 root, uint32 size)
        internal
        pure
        returns (bool)
    {
        if (index >= size) return false;
        uint256 place = index;
        uint256 last = size - 1;
        bytes32 hash = sha256(abi.encodePacked(uint8(0), leaf));
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) return false;
            if (place % 2 == 1 || place == last) {
                hash = sha256(abi.encodePacked(uint8(1), path[i], hash));
                while (place % 2 == 0 && place != 0) {
                    place /= 2;
                    last /= 2;
                }
            } else {
                hash = sha256(abi.encodePacked(uint8(1), hash, path[i]));
            }
            place /= 2;
            last /= 2;
        }
        return last == 0 && hash == root;
    }
}
