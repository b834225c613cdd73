// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IConsortium} from "./IConsortium.sol";
import {IEuro} from "./IEuro.sol";

/// @title Euros on the network; documented in IEuro
contract Euro is IEuro, ERC20Permit {
    IConsortium private immutable CONSORTIUM;

    mapping(address issuer => uint256 microEuro) private _inCirculation;
    mapping(address issuer => mapping(bytes32 bankReference => bool)) private _references;

    constructor(IConsortium consortium) ERC20("chargeproof euro", "EURcp") ERC20Permit("chargeproof euro") {
        CONSORTIUM = consortium;
    }

    /// @inheritdoc IEuro
    function issue(address to, uint256 microEuro, bytes32 bankReference) external {
        if (microEuro == 0) revert NothingToIssue();
        uint256 total = _inCirculation[msg.sender] + microEuro;
        uint256 cap = CONSORTIUM.issuerCapOf(msg.sender);
        if (total > cap) revert AboveCap(msg.sender, total, cap);
        if (_references[msg.sender][bankReference]) revert ReferenceUsed(msg.sender, bankReference);
        _references[msg.sender][bankReference] = true;
        _inCirculation[msg.sender] = total;
        _mint(to, microEuro);
        emit Issued(msg.sender, to, microEuro, bankReference);
    }

    /// @inheritdoc IEuro
    function redeem(address issuer, uint256 microEuro, bytes32 bankReference) external {
        if (microEuro == 0) revert NothingToIssue();
        uint256 issued = _inCirculation[issuer];
        if (microEuro > issued) revert NotIssued(issuer, microEuro, issued);
        _inCirculation[issuer] = issued - microEuro;
        _burn(msg.sender, microEuro);
        emit Redeemed(issuer, msg.sender, microEuro, bankReference);
    }

    /// @inheritdoc IEuro
    function inCirculation(address issuer) external view returns (uint256) {
        return _inCirculation[issuer];
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
