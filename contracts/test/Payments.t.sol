// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MarketHandler} from "./MarketHandler.sol";
import {Test} from "./Test.sol";

/// What holds for money whatever anybody does, in any order.
contract PaymentsInvariants is Test {
    MarketHandler private handler;

    function setUp() public {
        handler = new MarketHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// The contract holds what its channels hold, to the last millionth.
    function invariant_depositsAreThere() external view {
        (uint256 balance, uint256 deposits) = handler.held();
        vm.assertEq(balance, deposits);
    }

    /// Nobody has more than final bills say, but for what both signed, or what no settlement came for.
    function invariant_paidIsAtMostBilled() external view {
        uint8[3] memory payers = [0, 3, 61];
        uint8[3] memory payees = [1, 2, 61];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 3; ++j) {
                uint64 most = handler.billed(payers[i], payees[j]) + handler.beyond(payers[i], payees[j]);
                vm.assertLe(handler.received(payers[i], payees[j]), most);
            }
        }
    }

    /// There are no more tokens than final settlements state.
    function invariant_tokensAreOfFinalBills() external view {
        vm.assertLe(handler.tokens(), handler.tokensStated());
    }
}
