// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Euros on the network, in millionths
/// @notice An ERC-20 with 6 decimals and permits (EIP-2612). Issuers that the members voted in bring them into circulation
/// against money in a bank, each within its cap, and take them back. Nobody else makes any.
interface IEuro is IERC20 {
    /// @param bankReference hash of the bank's confirmation of what was paid in
    event Issued(address indexed issuer, address indexed to, uint256 microEuro, bytes32 indexed bankReference);
    /// @param bankReference of the holder's, for the issuer's transfer to the bank account that it knows
    event Redeemed(address indexed issuer, address indexed holder, uint256 microEuro, bytes32 indexed bankReference);

    /// @notice The issuer would have more in circulation than the members let it
    error AboveCap(address issuer, uint256 inCirculation, uint256 capMicroEuro);
    /// @notice Nothing is neither issued nor redeemed
    error NothingToIssue();
    /// @notice What a bank confirmed once is issued once
    error ReferenceUsed(address issuer, bytes32 bankReference);
    /// @notice The issuer has less in circulation than is to be redeemed with it
    error NotIssued(address issuer, uint256 microEuro, uint256 inCirculation);

    /// @notice Brings money into circulation, by an issuer.
    /// @param bankReference hash of the bank's confirmation; once for each issuer
    function issue(address to, uint256 microEuro, bytes32 bankReference) external;

    /// @notice Takes the caller's money out of circulation; the issuer pays it out at the bank. An issuer whose cap was lowered,
    /// to nothing even, still redeems.
    /// @param bankReference what the holder and the issuer have agreed on to know the payment by
    function redeem(address issuer, uint256 microEuro, bytes32 bankReference) external;

    /// @return microEuro what an issuer has issued and not redeemed
    function inCirculation(address issuer) external view returns (uint256 microEuro);
}
