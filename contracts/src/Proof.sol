// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Proofs that somebody has the key of an account
/// @notice An account signs what it is to be used for (EIP-712); a name in a transaction alone proves nothing.
library Proof {
    /// @param digest of the typed data, with its domain
    /// @param proof signature of 65 bytes: r, s (in the lower half), v (27 or 28)
    /// @return whether `account` has signed
    function isOf(address account, bytes32 digest, bytes calldata proof) internal pure returns (bool) {
        (address signer, ECDSA.RecoverError error_,) = ECDSA.tryRecoverCalldata(digest, proof);
        return error_ == ECDSA.RecoverError.NoError && signer == account;
    }
}
