// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeters} from "../src/IMeters.sol";
import {Market} from "./Market.sol";

contract MetersTest is Market {
    uint32 private point;

    function setUp() public {
        deployMarket(4);
        registerGroup(1, 100_000, 0);
        point = registerChargePoints(1, 0, 4, 22_000);
    }

    function test_setKey() public {
        bytes memory key = new bytes(64);
        key[0] = 0x11;
        vm.expectEmit(address(meters));
        emit IMeters.MeterKeyChanged(point, IMeters.Curve.Secp256r1, key);
        vm.prank(owner(1));
        meters.setKey(point, IMeters.Curve.Secp256r1, key);
        (IMeters.Curve curve, bytes memory stored) = meters.keyOf(point);
        vm.assertEq(uint256(curve), 1);
        vm.assertEq(stored, key);
        vm.prank(owner(1));
        meters.setKey(point, IMeters.Curve.None, "");
        (curve,) = meters.keyOf(point);
        vm.assertEq(uint256(curve), 0);
    }

    function test_setKey_refusesOthersAndOtherKeys() public {
        bytes memory key = new bytes(64);
        vm.expectRevert(abi.encodeWithSelector(IMeters.NotYours.selector, point, 1, 2));
        vm.prank(owner(2));
        meters.setKey(point, IMeters.Curve.Secp256r1, key);
        vm.expectRevert(abi.encodeWithSelector(IMeters.NotYours.selector, point, 1, 1));
        vm.prank(meter(1));
        meters.setKey(point, IMeters.Curve.Secp256r1, key);
        vm.expectRevert(abi.encodeWithSelector(IMeters.BadKey.selector, IMeters.Curve.Secp256k1, 65));
        vm.prank(owner(1));
        meters.setKey(point, IMeters.Curve.Secp256k1, new bytes(65));
        vm.expectRevert(abi.encodeWithSelector(IMeters.BadKey.selector, IMeters.Curve.None, 64));
        vm.prank(owner(1));
        meters.setKey(point, IMeters.Curve.None, key);
    }

    function test_record() public {
        bytes memory entries = abi.encodePacked(uint32(3), bytes32("one"), uint32(9), bytes32("other"));
        vm.expectRevert(abi.encodeWithSelector(IMeters.NotAMeter.selector, owner(1)));
        vm.prank(owner(1));
        meters.record(entries);
        vm.expectEmit(address(meters));
        emit IMeters.SessionsRecorded(1, entries);
        vm.prank(meter(1));
        meters.record(entries);
    }

    function test_record_refusesWhatReadersCannotTake() public {
        vm.expectRevert(abi.encodeWithSelector(IMeters.EntriesLength.selector, 35, 36, 1_024 * 36));
        vm.prank(meter(1));
        meters.record(new bytes(35));
        vm.expectRevert(abi.encodeWithSelector(IMeters.EntriesLength.selector, 1_025 * 36, 36, 1_024 * 36));
        vm.prank(meter(1));
        meters.record(new bytes(1_025 * 36));
        bytes memory twice = abi.encodePacked(uint32(3), bytes32("one"), uint32(3), bytes32("one"));
        vm.expectRevert(abi.encodeWithSelector(IMeters.EntriesUnordered.selector, 3));
        vm.prank(meter(1));
        meters.record(twice);
    }
}
