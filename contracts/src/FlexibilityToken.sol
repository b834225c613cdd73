// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IConsortium} from "./IConsortium.sol";
import {IFlexibilityToken} from "./IFlexibilityToken.sol";

/// @title Tokens for flexibility; documented in IFlexibilityToken
contract FlexibilityToken is IFlexibilityToken, ERC20Permit {
    IConsortium private immutable CONSORTIUM;

    constructor(IConsortium consortium)
        ERC20("chargeproof flexibility", "FLEX")
        ERC20Permit("chargeproof flexibility")
    {
        CONSORTIUM = consortium;
    }

    /// @inheritdoc IFlexibilityToken
    function mint(address to, uint256 amount) external {
        if (msg.sender != CONSORTIUM.market().settlement) revert NotSettlement(msg.sender);
        _mint(to, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
