// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @title What every test needs
abstract contract Test {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// @return a number from `least` to `most`, all of them about as likely
    function bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        return x >= least && x <= most ? x : least + x % (most - least + 1);
    }

    /// @return a number that looks random
    function mix(uint256 seed, uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i)));
    }

    /// Deploys the bytes that operators deploy, which build/compile.mjs made; the tests themselves do without its optimizer.
    function deploy(string memory contractName, bytes memory arguments) internal returns (address deployed) {
        return create(creationCode(contractName, arguments));
    }

    function creationCode(string memory contractName, bytes memory arguments) internal view returns (bytes memory) {
        string memory file = string.concat("target/abi/", contractName, ".bin");
        return bytes.concat(vm.parseBytes(vm.readFile(file)), arguments);
    }

    function create(bytes memory code) internal returns (address deployed) {
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                returndatacopy(code, 0, returndatasize())
                revert(code, returndatasize())
            }
        }
    }
}
