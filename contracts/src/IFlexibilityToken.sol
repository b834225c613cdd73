// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Tokens for the flexibility that drivers really gave
/// @notice An ERC-20 with 6 decimals. Only a final bill that is opened makes any: see ISettlement.claim.
interface IFlexibilityToken is IERC20 {
    /// @notice Only Settlement makes tokens
    error NotSettlement(address account);

    /// @notice Makes what a final bill says; only for Settlement.
    function mint(address to, uint256 amount) external;
}
