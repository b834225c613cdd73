// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {Tariff, TariffLibrary} from "../src/Tariff.sol";
import {Network} from "./Network.sol";

contract AssetRegistryTest is Network {
    uint32 private group;
    uint32 private point;

    function setUp() public {
        deployNetwork(4);
        group = registerGroup(1, 100_000, 20_000);
        point = registerChargePoints(1, group, 2, 22_000);
    }

    function test_registerGroup_countsFromZero() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.GroupRegistered(1, 2, 50_000, 10_000, 1, 150);
        vm.prank(owner(2));
        vm.assertEq(assets.registerGroup(50_000, 10_000, 1, 150), 1);
        vm.assertEq(assets.groupCount(), 2);
        vm.assertEq(
            abi.encode(assets.groupOf(1)),
            abi.encode(
                IAssetRegistry.Group(2, 50_000, 10_000, 50_000, 0, 1, 150, 0, false, FIRST_TIMESTEP, 0, 0, 0, 0, 0)
            )
        );
    }

    function test_registerGroup_refusesOthersThanOwners() public {
        address[3] memory accounts = [STRANGER, oracle(1), meter(1)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            expectNotAnOperator(accounts[i]);
            assets.registerGroup(100, 0, 0, 0);
        }
    }

    function test_registerGroup_refusesCapacityOutOfRange() public {
        uint32 most = 1 << 26;
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.CapacityOutOfRange.selector, 0, most));
        assets.registerGroup(0, 0, 0, 0);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.CapacityOutOfRange.selector, most + 1, most));
        assets.registerGroup(most + 1, 0, 0, 0);
        registerGroup(1, most, most);
    }

    function test_registerGroup_refusesMoreOtherEquipmentThanCapacity() public {
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.OtherEquipmentAboveCapacity.selector, 101, 100));
        assets.registerGroup(100, 101, 0, 0);
    }

    function test_registerGroup_refusesPoliciesThatThePlannerDoesNotKnow() public {
        uint8[11] memory badKinds = [0, 1, 1, 1, 2, 3, 4, 4, 4, 5, 255];
        uint16[11] memory badPercents = [uint16(1), 0, 99, 1001, 101, 1, 0, 99, 1001, 0, 100];
        for (uint256 i = 0; i < badKinds.length; ++i) {
            expectRevertOf(
                owner(1), abi.encodeWithSelector(IAssetRegistry.PolicyOutOfRange.selector, badKinds[i], badPercents[i])
            );
            assets.registerGroup(100, 0, badKinds[i], badPercents[i]);
        }
        uint8[8] memory kinds = [0, 1, 1, 2, 2, 3, 4, 4];
        uint16[8] memory percents = [uint16(0), 100, 1000, 0, 100, 0, 100, 1000];
        for (uint256 i = 0; i < kinds.length; ++i) {
            vm.prank(owner(1));
            assets.registerGroup(100, 0, kinds[i], percents[i]);
        }
    }

    function test_openGroup_letsOthersIn() public {
        expectRevertOf(owner(2), abi.encodeWithSelector(IAssetRegistry.GroupClosed.selector, group, 2));
        assets.registerChargePoints(one(chargePoint(group, 22_000)));

        vm.expectEmit(address(assets));
        emit IAssetRegistry.GroupOpened(group, 2, 2, 44_000);
        vm.prank(owner(1));
        assets.openGroup(group, 2, 2, 44_000);
        uint32 theirs = registerChargePoints(2, group, 1, 22_000);
        vm.assertEq(assets.chargePointOf(theirs).operator, 2);

        // those inside stay
        vm.prank(owner(1));
        assets.openGroup(group, 2, 0, 0);
        expectRevertOf(owner(2), abi.encodeWithSelector(IAssetRegistry.GroupClosed.selector, group, 2));
        assets.registerChargePoints(one(chargePoint(group, 22_000)));
        vm.prank(owner(2));
        assets.setPrice(theirs, 1, 0, FIRST_TIMESTEP + 2);
    }

    function test_openGroup_refusesOthersThanTheOwner() public {
        expectNotYours(owner(2), group, 1, 2);
        assets.openGroup(group, 2, 2, 44_000);
        expectNotAnOperator(meter(1));
        assets.openGroup(group, 2, 2, 44_000);
    }

    function test_setGroupLimit_byOwnerOrMeter() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.GroupLimitChanged(group, 60_000);
        vm.prank(meter(1));
        assets.setGroupLimit(group, 60_000);
        vm.assertEq(assets.groupOf(group).limitW, 60_000);
        vm.prank(owner(1));
        assets.setGroupLimit(group, 100_000);
        vm.assertEq(assets.groupOf(group).limitW, 100_000);
    }

    function test_setGroupLimit_refusesMoreThanTheCapacity() public {
        expectRevertOf(meter(1), abi.encodeWithSelector(IAssetRegistry.LimitAboveCapacity.selector, 100_001, 100_000));
        assets.setGroupLimit(group, 100_001);
    }

    function test_setGroupLimit_refusesOthers() public {
        expectNotYours(meter(2), group, 1, 2);
        assets.setGroupLimit(group, 1);
        expectNotAnOperator(oracle(1));
        assets.setGroupLimit(group, 1);
        expectRevertOf(meter(1), abi.encodeWithSelector(IAssetRegistry.UnknownGroup.selector, 1, 1));
        assets.setGroupLimit(1, 1);
    }

    function test_setGroupPolicy() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.GroupPolicyChanged(group, 2, 80);
        vm.prank(owner(1));
        assets.setGroupPolicy(group, 2, 80);
        vm.assertEq(assets.groupOf(group).policyKind, 2);
        vm.assertEq(assets.groupOf(group).policyPercent, 80);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.PolicyOutOfRange.selector, 2, 101));
        assets.setGroupPolicy(group, 2, 101);
        expectNotYours(owner(2), group, 1, 2);
        assets.setGroupPolicy(group, 0, 0);
        expectNotAnOperator(meter(1));
        assets.setGroupPolicy(group, 0, 0);
    }

    function test_registerChargePoints_setsOwnerAndStateItself() public {
        IAssetRegistry.ChargePoint[] memory two = new IAssetRegistry.ChargePoint[](2);
        two[0] = chargePoint(group, 11_000);
        two[1] = chargePoint(group, 22_000);
        two[1].evseId = "NO*ABC*E7";
        two[1].minPowerW = 4_140;
        // what the caller claims here counts for nothing
        two[0].operator = 3;
        two[0].removed = true;
        vm.expectEmit(address(assets));
        emit IAssetRegistry.ChargePointRegistered(2, group, 1, 11_000, 1_380, "NO*ABC*E1234567*1");
        vm.expectEmit(address(assets));
        emit IAssetRegistry.ChargePointLocated(2, two[0].latitudeE7, two[0].longitudeE7, two[0].connector);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.ChargePointPriced(2, two[0].pricePerKWhE4, two[0].vatE4, FIRST_TIMESTEP, FIRST_TIMESTEP);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.ChargePointRegistered(3, group, 1, 22_000, 4_140, "NO*ABC*E7");
        vm.prank(owner(1));
        vm.assertEq(assets.registerChargePoints(two)[0], 2);

        vm.assertEq(assets.chargePointCount(), 4);
        vm.assertEq(assets.groupOf(group).chargePointCount, 4);
        two[0].operator = 1;
        two[0].removed = false;
        vm.assertEq(abi.encode(assets.chargePointOf(2)), abi.encode(two[0]));
        two[1].operator = 1;
        vm.assertEq(abi.encode(assets.chargePointOf(3)), abi.encode(two[1]));
    }

    function test_registerChargePoints_refusesOthersThanOwners() public {
        expectNotAnOperator(meter(1));
        assets.registerChargePoints(one(chargePoint(group, 22_000)));
    }

    function test_registerChargePoints_refusesUnknownGroups() public {
        expectRegistrationRevert(
            chargePoint(1, 22_000), abi.encodeWithSelector(IAssetRegistry.UnknownGroup.selector, 1, 1)
        );
    }

    function test_registerChargePoints_refusesPowerThatSetpointsCannotHold() public {
        uint32 most = 65_534 * uint32(STEPS_PER_HOUR);
        bytes4 selector = IAssetRegistry.RatedPowerOutOfRange.selector;
        expectRegistrationRevert(chargePoint(group, 3), abi.encodeWithSelector(selector, 3, 4, most));
        expectRegistrationRevert(chargePoint(group, most + 1), abi.encodeWithSelector(selector, most + 1, 4, most));
        registerChargePoints(1, group, 1, 4);
        registerChargePoints(1, group, 1, most);
    }

    function test_registerChargePoints_refusesALeastPowerAboveTheRatedOne() public {
        IAssetRegistry.ChargePoint memory c = chargePoint(group, 3_680);
        c.minPowerW = 3_681;
        expectRegistrationRevert(c, abi.encodeWithSelector(IAssetRegistry.MinPowerAboveRated.selector, 3_681, 3_680));
        uint32[2] memory ends = [uint32(0), uint32(3_680)];
        for (uint32 i = 0; i < ends.length; ++i) {
            c.minPowerW = ends[i];
            vm.prank(owner(1));
            vm.assertEq(assets.registerChargePoints(one(c))[0], 2 + i);
            vm.assertEq(assets.chargePointOf(2 + i).minPowerW, ends[i]);
        }
    }

    function test_registerChargePoints_refusesBadEvseIds() public {
        IAssetRegistry.ChargePoint memory c = chargePoint(group, 22_000);
        c.evseId = "";
        expectRegistrationRevert(c, abi.encodeWithSelector(IAssetRegistry.EvseIdLength.selector, 0, 48));
        c.evseId = "0123456789012345678901234567890123456789012345678";
        expectRegistrationRevert(c, abi.encodeWithSelector(IAssetRegistry.EvseIdLength.selector, 49, 48));
        c.evseId = "012345678901234567890123456789012345678901234567";
        vm.prank(owner(1));
        assets.registerChargePoints(one(c));
        vm.assertEq(assets.chargePointOf(2).evseId, c.evseId);
    }

    function test_registerChargePoints_refusesPlacesOffTheGlobe() public {
        int32[2][4] memory bad = [
            [int32(900_000_001), int32(0)],
            [int32(-900_000_001), int32(0)],
            [int32(0), int32(1_800_000_001)],
            [int32(0), int32(-1_800_000_001)]
        ];
        IAssetRegistry.ChargePoint memory c = chargePoint(group, 22_000);
        for (uint256 i = 0; i < bad.length; ++i) {
            (c.latitudeE7, c.longitudeE7) = (bad[i][0], bad[i][1]);
            expectRegistrationRevert(
                c, abi.encodeWithSelector(IAssetRegistry.CoordinatesOutOfRange.selector, bad[i][0], bad[i][1])
            );
        }
        (c.latitudeE7, c.longitudeE7) = (-900_000_000, 1_800_000_000);
        vm.prank(owner(1));
        assets.registerChargePoints(one(c));
    }

    function test_registerChargePoints_refusesMoreThanAThousandInAGroup() public {
        registerChargePoints(1, group, 998, 22_000);
        expectRegistrationRevert(
            chargePoint(group, 22_000), abi.encodeWithSelector(IAssetRegistry.GroupFull.selector, group, 1_000)
        );
    }

    function test_registerChargePoints_refusesMoreThanFiveThousandOfAnOperator() public {
        // two are there
        IAssetRegistry.ChargePoint[] memory thousand = fill(1, 4);
        shorten(thousand, 998);
        register(1, thousand);
        shorten(thousand, 1);
        bytes memory data = abi.encodeWithSelector(IAssetRegistry.TooManyChargePoints.selector, 5_000);
        expectRevertOf(owner(1), data);
        assets.registerChargePoints(thousand);
        // those removed stay counted until their ids can be given again
        vm.prank(owner(1));
        assets.removeChargePoint(point);
        expectRevertOf(owner(1), data);
        assets.registerChargePoints(thousand);
        // others keep their own
        registerChargePoints(2, registerGroup(2, 100_000, 20_000), 1, 22_000);
    }

    /// However many operators there are, a post stays within a transaction.
    function test_registerChargePoints_refusesMoreThanTwentyThousandInANetwork() public {
        deployNetwork(5);
        for (uint8 i = 1; i <= 3; ++i) {
            fill(i, 5);
        }
        IAssetRegistry.ChargePoint[] memory thousand = fill(4, 4);
        shorten(thousand, 999);
        register(4, thousand);
        shorten(thousand, 1);
        vm.assertEq(assets.chargePointCount(), 19_999);
        IAssetRegistry.ChargePoint[] memory two = new IAssetRegistry.ChargePoint[](2);
        two[0] = chargePoint(registerGroup(5, 100_000, 20_000), 22_000);
        two[1] = two[0];
        bytes memory data = abi.encodeWithSelector(IAssetRegistry.TooManyChargePoints.selector, 20_000);
        expectRevertOf(owner(5), data);
        assets.registerChargePoints(two);
        register(4, thousand);
        expectRevertOf(owner(5), data);
        assets.registerChargePoints(one(two[0]));
        vm.assertEq(assets.chargePointCount(), 20_000);
    }

    function test_setPrice_countsFromTheTimestepOn() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.ChargePointPriced(point, 4_500, 700, FIRST_TIMESTEP + 3, FIRST_TIMESTEP);
        vm.prank(owner(1));
        assets.setPrice(point, 4_500, 700, FIRST_TIMESTEP + 3);
        vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, 3_000);
        Tariff memory t = assets.tariffOf(point);
        vm.assertEq(abi.encode(t), abi.encode(Tariff(3_000, 2_100, 4_500, 700, FIRST_TIMESTEP + 3)));
        vm.warp(uint256(FIRST_TIMESTEP + 3) * TIMESTEP_SECONDS - 1);
        vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, 3_000);
        warpTo(FIRST_TIMESTEP + 3, 0);
        vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, 4_500);
        vm.assertEq(assets.chargePointOf(point).vatE4, 700);
        // the one after it takes its place, and leaves what counts now
        vm.prank(owner(1));
        assets.setPrice(point, 1, 0, FIRST_TIMESTEP + 5);
        vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, 4_500);
    }

    function test_setPrice_replacesWhatHasNotCome() public {
        vm.prank(owner(1));
        assets.setPrice(point, 9_999, 0, FIRST_TIMESTEP + 2);
        vm.prank(owner(1));
        assets.setPrice(point, 4_000, 0, FIRST_TIMESTEP + 4);
        warpTo(FIRST_TIMESTEP + 2, 0);
        vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, 3_000);
        warpTo(FIRST_TIMESTEP + 4, 0);
        vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, 4_000);
    }

    function test_setPrice_refusesOthersAndOtherTimes() public {
        uint32 from = FIRST_TIMESTEP + 2;
        expectNotYours(owner(2), point, 1, 2);
        assets.setPrice(point, 1, 0, from);
        expectNotAnOperator(oracle(1));
        assets.setPrice(point, 1, 0, from);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.UnknownChargePoint.selector, 2, 2));
        assets.setPrice(2, 1, 0, from);
        uint32 latest = FIRST_TIMESTEP + 672;
        bytes4 selector = TariffLibrary.ChangeOutOfTime.selector;
        expectRevertOf(owner(1), abi.encodeWithSelector(selector, from - 1, from, latest));
        assets.setPrice(point, 1, 0, from - 1);
        expectRevertOf(owner(1), abi.encodeWithSelector(selector, latest + 1, from, latest));
        assets.setPrice(point, 1, 0, latest + 1);
        expectRevertOf(owner(1), abi.encodeWithSelector(TariffLibrary.VatOutOfRange.selector, 5_001, 5_000));
        assets.setPrice(point, 1, 5_001, from);
    }

    function test_setMargin() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.MarginChanged(2, 300, FIRST_TIMESTEP + 2, FIRST_TIMESTEP);
        vm.prank(owner(2));
        assets.setMargin(300, FIRST_TIMESTEP + 2);
        vm.assertEq(assets.marginOf(2).perKWhE4, 0);
        vm.assertEq(assets.marginOf(2).nextPerKWhE4, 300);
        expectNotAnOperator(meter(2));
        assets.setMargin(1, FIRST_TIMESTEP + 2);
        expectNotAnOperator(STRANGER);
        assets.setMargin(1, FIRST_TIMESTEP + 2);
        expectRevertOf(owner(2), abi.encodeWithSelector(TariffLibrary.PriceOutOfRange.selector, 1_000_001, 1_000_000));
        assets.setMargin(1_000_001, FIRST_TIMESTEP + 2);
    }

    /// Whatever is announced and when: a price never changes sooner than two timesteps after somebody could read it.
    function testFuzz_aPriceShownStaysForATimestep(uint256 seed) public {
        uint32 shown = 3_000;
        uint32 next;
        uint32 from;
        uint32 current = FIRST_TIMESTEP;
        for (uint256 i = 0; i < 12; ++i) {
            uint256 random = mix(seed, i);
            current += uint32(random % 4);
            warpTo(current, random >> 8 & 0xff);
            if (from != 0 && from <= current) (shown, from) = (next, 0);
            vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, shown);
            (next, from) = (uint32(random >> 16 & 0xffff), current + 2 + uint32(random >> 32 & 3));
            vm.prank(owner(1));
            assets.setPrice(point, next, 0, from);
            vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, shown);
            warpTo(current + 1, TIMESTEP_SECONDS - 1);
            vm.assertEq(assets.chargePointOf(point).pricePerKWhE4, shown);
            current += 1;
        }
    }

    function test_removeChargePoint() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.ChargePointRemoved(point);
        vm.prank(owner(1));
        assets.removeChargePoint(point);
        vm.assertTrue(assets.chargePointOf(point).removed);
        vm.assertEq(assets.groupOf(group).chargePointCount, 1);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.AlreadyRemoved.selector, point));
        assets.removeChargePoint(point);
        expectNotYours(owner(2), point, 1, 2);
        assets.removeChargePoint(point);
    }

    function test_removeChargePoint_refusesWhileASessionIsOpen() public {
        registerUser(1, driver(1));
        uint32 session = request(driver(1), point, 1_000);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.ChargePointInUse.selector, point, session));
        assets.removeChargePoint(point);
        vm.prank(driver(1));
        charging.endSession(session);
        vm.prank(owner(1));
        assets.removeChargePoint(point);
    }

    function test_registerPv() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.PvRegistered(0, group, 30_000, 40_000);
        vm.prank(owner(1));
        vm.assertEq(assets.registerPv(group, 30_000, 40_000), 0);
        vm.assertEq(abi.encode(assets.pvOf(0)), abi.encode(IAssetRegistry.Pv(group, 30_000, 40_000)));
        expectNotYours(owner(2), group, 1, 2);
        assets.registerPv(group, 1, 1);
        expectNotAnOperator(meter(1));
        assets.registerPv(group, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownPv.selector, 1, 1));
        assets.pvOf(1);
    }

    function test_registerBattery() public {
        vm.expectEmit(address(assets));
        emit IAssetRegistry.BatteryRegistered(0, group, 200_000, 100_000);
        vm.prank(owner(1));
        vm.assertEq(assets.registerBattery(group, 200_000, 100_000), 0);
        vm.assertEq(abi.encode(assets.batteryOf(0)), abi.encode(IAssetRegistry.Battery(group, 200_000, 100_000)));
        expectNotYours(owner(2), group, 1, 2);
        assets.registerBattery(group, 1, 1);
        expectNotAnOperator(oracle(1));
        assets.registerBattery(group, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownBattery.selector, 1, 1));
        assets.batteryOf(1);
    }

    function test_registerUsers_byOwnerOrMeter() public {
        address[] memory two = users(1, 2);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.UsersRegistered(1, two);
        register(meter(1), 1, two);
        vm.assertEq(assets.userOf(driver(1)), 1);
        vm.assertEq(assets.userOf(driver(2)), 1);
        vm.assertEq(assets.userOf(driver(3)), 0);
        // again is no mistake
        vm.expectEmit(address(assets));
        emit IAssetRegistry.UsersRegistered(1, two);
        register(owner(1), 1, two);
    }

    function test_registerUsers_refusesOthers() public {
        address[2] memory accounts = [STRANGER, oracle(1)];
        for (uint256 i = 0; i < accounts.length; ++i) {
            expectNotAnOperator(accounts[i]);
            assets.registerUsers(users(1, 2), new bytes[](2));
        }
    }

    /// Who is faster with one account keeps out no other of the batch.
    function test_registerUsers_passesOverThoseOfOthers() public {
        register(meter(1), 1, users(1, 2));
        address[] memory registered = new address[](1);
        registered[0] = driver(3);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.UsersRegistered(2, registered);
        register(meter(2), 2, users(2, 3));
        vm.assertEq(assets.userOf(driver(2)), 1);
        vm.assertEq(assets.userOf(driver(3)), 2);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.UsersRegistered(2, new address[](0));
        register(meter(2), 2, users(1, 2));
    }

    function test_retireUsers() public {
        address[] memory two = users(1, 2);
        register(meter(1), 1, two);
        expectRevertOf(meter(2), abi.encodeWithSelector(IAssetRegistry.UserTaken.selector, driver(1), 1));
        assets.retireUsers(two);
        address[2] memory others = [STRANGER, oracle(1)];
        for (uint256 i = 0; i < others.length; ++i) {
            expectNotAnOperator(others[i]);
            assets.retireUsers(two);
        }
        vm.expectEmit(address(assets));
        emit IAssetRegistry.UsersRetired(1, two);
        vm.prank(owner(1));
        assets.retireUsers(two);
        vm.assertEq(assets.userOf(driver(1)), 0);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.UserTaken.selector, driver(1), 0));
        assets.retireUsers(two);
        // free for others
        register(meter(2), 2, two);
        vm.assertEq(assets.userOf(driver(1)), 2);
        vm.prank(meter(2));
        assets.retireUsers(two);
    }

    function test_excludedOperators_writeNothingAnyMore() public {
        exclude(1);
        expectNotAnOperator(owner(1));
        assets.setGroupLimit(group, 1);
        expectNotAnOperator(owner(1));
        assets.setPrice(point, 1, 0, FIRST_TIMESTEP + 2);
        expectNotAnOperator(meter(1));
        assets.registerUsers(users(1, 2), new bytes[](2));
    }

    function test_readingWhatIsNotThere() public {
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownGroup.selector, 1, 1));
        assets.groupOf(1);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownChargePoint.selector, 2, 2));
        assets.chargePointOf(2);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownChargePoint.selector, 2, 2));
        assets.fallbackPowerW(2);
    }

    function test_fallback_isTheShareOfTheRatedPower() public {
        warpTo(K, 0);
        // 100,000 - 20,000 is more than they can take
        vm.assertEq(assets.fallbackPowerW(point), 22_000);
        uint32 small = registerChargePoints(1, group, 5, 11_000);
        warpTo(K + 1, 0);
        vm.assertEq(assets.fallbackPowerW(point), uint256(80_000) * 22_000 / 99_000);
        vm.assertEq(assets.fallbackPowerW(small), uint256(80_000) * 11_000 / 99_000);
    }

    function test_fallback_isNothingWhenOtherEquipmentMayTakeAll() public {
        vm.prank(meter(1));
        assets.setGroupLimit(group, 20_000);
        warpTo(K, 0);
        vm.assertEq(assets.fallbackPowerW(point), 0);
        vm.prank(meter(1));
        assets.setGroupLimit(group, 5_000);
        warpTo(K + 1, 0);
        vm.assertEq(assets.fallbackPowerW(point), 0);
    }

    /// Points added within a timestep get nothing in it, and take nothing from the others.
    function test_attack_fallbacksOfAGrowingGroupStayWithinItsLimit() public {
        uint32 g = registerGroup(2, 60_000, 0);
        uint32 first = registerChargePoints(2, g, 2, 30_000);
        warpTo(K, 0);
        for (uint32 i = 0; i < 2; ++i) {
            vm.assertEq(assets.fallbackPowerW(first + i), 30_000);
        }
        uint32 added = registerChargePoints(2, g, 2, 30_000);
        vm.prank(meter(2));
        assets.setGroupLimit(g, 40_000);
        vm.assertEq(assets.fallbackPowerW(first), 30_000);
        vm.assertEq(assets.fallbackPowerW(added), 0);
        warpTo(K + 1, 0);
        vm.assertEq(assets.fallbackPowerW(first), 10_000);
        vm.assertEq(assets.fallbackPowerW(added), 10_000);
        // nor does a removal give the others more before the next timestep
        vm.prank(owner(2));
        assets.removeChargePoint(added);
        vm.assertEq(assets.fallbackPowerW(first), 10_000);
        vm.assertEq(assets.fallbackPowerW(added), 0);
        warpTo(K + 2, 0);
        vm.assertEq(assets.fallbackPowerW(first), uint256(40_000) / 3);
    }

    /// However a guest churns within its quota, the owner keeps its share and its places.
    function test_attack_guestCannotLowerTheOwnersFallback() public {
        vm.prank(owner(1));
        assets.openGroup(group, 2, 10, 40);
        warpTo(K, 0);
        for (uint32 k = K; k < K + 6; ++k) {
            warpTo(k, 0);
            uint32 first = registerChargePoints(2, group, 10, 4);
            expectRevertOf(
                owner(2), abi.encodeWithSelector(IAssetRegistry.GuestQuotaExceeded.selector, group, 2, 11, 10, 44, 40)
            );
            assets.registerChargePoints(one(chargePoint(group, 4)));
            warpTo(k, 100);
            IAssetRegistry.Group memory g = assets.groupOf(group);
            vm.assertEq(g.chargePointCount, 12);
            vm.assertEq(assets.fallbackPowerW(point), 22_000);
            for (uint32 i = 0; i < 10; ++i) {
                // the ids of two timesteps ago, in the order of their removal
                vm.prank(owner(2));
                assets.removeChargePoint(first + i);
            }
            (uint32 points, uint32 ratedW,,) = assets.guestOf(group, 2);
            vm.assertEq(points, 0);
            vm.assertEq(ratedW, 0);
        }
        // two timesteps' worth of ids, however long it goes on
        vm.assertEq(assets.chargePointCount(), 22);
        vm.assertEq(assets.groupOf(group).chargePointCount, 2);
        registerChargePoints(1, group, 998, 22_000);
    }

    function test_attack_operatorCannotRegisterGroupsWithoutEnd() public {
        for (uint32 i = 1; i < 1_000; ++i) {
            registerGroup(1, 100, 0);
        }
        bytes memory data = abi.encodeWithSelector(IAssetRegistry.TooManyGroups.selector, 1_000);
        expectRevertOf(owner(1), data);
        assets.registerGroup(100, 0, 0, 0);
        vm.prank(owner(1));
        assets.removeGroup(500);
        expectRevertOf(owner(1), data);
        assets.registerGroup(100, 0, 0, 0);
        warpTo(FIRST_TIMESTEP + 1, TIMESTEP_SECONDS - 1);
        expectRevertOf(owner(1), data);
        assets.registerGroup(100, 0, 0, 0);
        warpTo(FIRST_TIMESTEP + 2, 0);
        vm.assertEq(registerGroup(1, 100, 0), 500);
        vm.assertEq(assets.groupCount(), 1_000);
        vm.assertEq(assets.groupOf(500).generation, 1);
    }

    function test_removeGroup() public {
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.GroupNotEmpty.selector, group, 2));
        assets.removeGroup(group);
        expectNotYours(owner(2), group, 1, 2);
        assets.removeGroup(group);
        vm.prank(owner(1));
        assets.registerPv(group, 30_000, 40_000);
        vm.prank(owner(1));
        assets.openGroup(group, 2, 5, 5_000);
        for (uint32 i = 0; i < 2; ++i) {
            vm.prank(owner(1));
            assets.removeChargePoint(point + i);
        }
        vm.expectEmit(address(assets));
        emit IAssetRegistry.GroupRemoved(group);
        vm.prank(owner(1));
        assets.removeGroup(group);
        bytes memory data = abi.encodeWithSelector(IAssetRegistry.GroupIsRemoved.selector, group);
        expectRevertOf(owner(1), data);
        assets.removeGroup(group);
        expectRevertOf(meter(1), data);
        assets.setGroupLimit(group, 1);
        expectRegistrationRevert(chargePoint(group, 4), data);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownPv.selector, 0, 0));
        assets.pvOf(0);
        // everything of the old one is gone
        warpTo(FIRST_TIMESTEP + 2, 0);
        vm.assertEq(registerGroup(1, 70_000, 1), group);
        vm.assertEq(assets.inverterWOf(group), 0);
        (,, uint32 maxPoints,) = assets.guestOf(group, 2);
        vm.assertEq(maxPoints, 0);
        vm.assertEq(registerChargePoints(1, group, 1, 22_000), point);
    }

    function test_attack_strangerCannotTakeAPseudonym() public {
        address[] memory two = users(1, 2);
        bytes[] memory proofs = pseudonyms(1, two);
        // as seen in the pool, or signed by somebody else
        expectRevertOf(meter(2), abi.encodeWithSelector(IAssetRegistry.BadProof.selector, driver(1)));
        assets.registerUsers(two, proofs);
        proofs[1] = proofs[0];
        expectRevertOf(meter(1), abi.encodeWithSelector(IAssetRegistry.BadProof.selector, driver(2)));
        assets.registerUsers(two, proofs);
        expectRevertOf(meter(1), abi.encodeWithSelector(IAssetRegistry.ProofCount.selector, 1, 2));
        assets.registerUsers(two, new bytes[](1));
        register(meter(1), 1, two);
        vm.assertEq(assets.userOf(driver(2)), 1);
    }

    /// A provider that is no member any more keeps no account.
    function test_attack_excludedProviderKeepsNoAccount() public {
        register(meter(2), 2, users(1, 2));
        exclude(2);
        register(meter(1), 1, users(1, 2));
        vm.assertEq(assets.userOf(driver(1)), 1);
    }

    function test_registerUsers_refusesTooMany() public {
        bytes memory data = abi.encodeWithSelector(IAssetRegistry.TooManyAccounts.selector, 257, 256);
        expectRevertOf(meter(1), data);
        assets.registerUsers(new address[](257), new bytes[](257));
        expectRevertOf(meter(1), data);
        assets.retireUsers(new address[](257));
    }

    /// Two hundred thousand users would take hours to sign: the count in storage stands for them.
    function test_attack_operatorCannotRegisterUsersWithoutEnd() public {
        register(meter(1), 1, users(1, 2));
        bytes32 count;
        for (uint256 slot = 0; slot < 32 && count == 0; ++slot) {
            bytes32 place = keccak256(abi.encode(uint8(1), slot));
            if (uint256(vm.load(address(assets), place)) == 2) count = place;
        }
        vm.store(address(assets), count, bytes32(uint256(199_999)));
        address[] memory two = users(3, 4);
        bytes[] memory proofs = pseudonyms(1, two);
        expectRevertOf(meter(1), abi.encodeWithSelector(IAssetRegistry.TooManyUsers.selector, 200_000));
        assets.registerUsers(two, proofs);
        // others are not held back, and who retires some has room for more
        register(meter(2), 2, users(5, 6));
        vm.prank(meter(1));
        assets.retireUsers(users(1, 2));
        register(meter(1), 1, two);
        vm.assertEq(assets.userOf(driver(4)), 1);
        vm.assertEq(uint256(vm.load(address(assets), count)), 199_999);
    }

    function test_attack_excludedOperatorsPointsCanBeCleared() public {
        vm.prank(owner(1));
        assets.openGroup(group, 2, 1, 22_000);
        uint32 theirs = registerChargePoints(2, group, 1, 22_000);
        expectNotYours(owner(1), theirs, 2, 1);
        assets.removeChargePoint(theirs);
        exclude(2);
        expectNotYours(owner(3), theirs, 2, 3);
        assets.removeChargePoint(theirs);
        vm.prank(owner(1));
        assets.removeChargePoint(theirs);
    }

    function test_setRoamingShare() public {
        registerChargePoints(1, group, 98, 22_000);
        vm.assertEq(assets.maxHeld(1, 2), 25);
        vm.assertEq(assets.maxHeld(3, 2), 4);
        vm.expectEmit(address(assets));
        emit IAssetRegistry.RoamingShareChanged(1, 2, 100);
        vm.prank(owner(1));
        assets.setRoamingShare(2, 100);
        vm.assertEq(assets.maxHeld(1, 2), 100);
        vm.assertEq(assets.maxHeld(1, 3), 25);
        uint8[2] memory bad = [9, 101];
        for (uint256 i = 0; i < 2; ++i) {
            expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.ShareOutOfRange.selector, bad[i], 10, 100));
            assets.setRoamingShare(2, bad[i]);
        }
    }

    function test_pvsBatteriesPricesAndEvseIdsAreBounded() public {
        for (uint256 i = 0; i < 16; ++i) {
            vm.prank(owner(1));
            assets.registerPv(group, 1, 1);
            vm.prank(owner(1));
            assets.registerBattery(group, 1, 1);
        }
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.TooManyPvs.selector, 16));
        assets.registerPv(group, 1, 1);
        expectRevertOf(owner(1), abi.encodeWithSelector(IAssetRegistry.TooManyBatteries.selector, 16));
        assets.registerBattery(group, 1, 1);
        bytes memory data = abi.encodeWithSelector(TariffLibrary.PriceOutOfRange.selector, 1_000_001, 1_000_000);
        expectRevertOf(owner(1), data);
        assets.setPrice(point, 1_000_001, 0, FIRST_TIMESTEP + 2);
        IAssetRegistry.ChargePoint memory c = chargePoint(group, 22_000);
        c.pricePerKWhE4 = 1_000_001;
        expectRegistrationRevert(c, data);
        c = chargePoint(group, 22_000);
        bytes[3] memory bad = [bytes(hex"4120"), hex"417f", hex"41c3"];
        for (uint256 i = 0; i < 3; ++i) {
            c.evseId = string(bad[i]);
            expectRegistrationRevert(c, abi.encodeWithSelector(IAssetRegistry.EvseIdCharacter.selector, 1));
        }
    }

    /// Whatever the group, other equipment and all fallbacks together stay within its limit.
    function testFuzz_fallback_staysWithinTheLimit(uint32 capacityW, uint32 otherW, uint32 limitW, uint256 seed)
        public
    {
        capacityW = uint32(bound(capacityW, 1, 1 << 26));
        otherW = uint32(bound(otherW, 0, capacityW));
        limitW = uint32(bound(limitW, 0, capacityW));
        uint32 g = registerGroup(2, capacityW, otherW);
        IAssetRegistry.ChargePoint[] memory all = new IAssetRegistry.ChargePoint[](1 + seed % 30);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = chargePoint(g, uint32(bound(mix(seed, i), 4, 262_136)));
        }
        vm.prank(owner(2));
        uint32 first = assets.registerChargePoints(all)[0];
        vm.prank(meter(2));
        assets.setGroupLimit(g, limitW);
        warpTo(K, 0);

        uint256 sumW;
        for (uint32 i = 0; i < all.length; ++i) {
            uint32 powerW = assets.fallbackPowerW(first + i);
            vm.assertLe(powerW, all[i].ratedPowerW);
            sumW += powerW;
        }
        if (limitW > otherW) vm.assertLe(sumW + otherW, limitW);
        else vm.assertEq(sumW, 0);
    }

    function one(IAssetRegistry.ChargePoint memory c) private pure returns (IAssetRegistry.ChargePoint[] memory all) {
        all = new IAssetRegistry.ChargePoint[](1);
        all[0] = c;
    }

    /// Registers thousands of charge points, each thousand in a group of its own.
    /// @return thousand more, for another group
    function fill(uint8 operator, uint256 thousands) private returns (IAssetRegistry.ChargePoint[] memory thousand) {
        thousand = new IAssetRegistry.ChargePoint[](1_000);
        IAssetRegistry.ChargePoint memory c = chargePoint(0, 22_000);
        for (uint256 i = 0; i < 1_000; ++i) {
            thousand[i] = c;
        }
        for (uint256 i = 0; i < thousands; ++i) {
            c.group = registerGroup(operator, 100_000, 20_000);
            register(operator, thousand);
        }
        c.group = registerGroup(operator, 100_000, 20_000);
    }

    function register(address by, uint8 operator, address[] memory accounts) private {
        bytes[] memory proofs = pseudonyms(operator, accounts);
        vm.prank(by);
        assets.registerUsers(accounts, proofs);
    }

    function register(uint8 operator, IAssetRegistry.ChargePoint[] memory all) private {
        vm.prank(owner(operator));
        assets.registerChargePoints(all);
    }

    function shorten(IAssetRegistry.ChargePoint[] memory all, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(all, length)
        }
    }

    function users(uint256 i, uint256 j) private view returns (address[] memory two) {
        two = new address[](2);
        two[0] = driver(i);
        two[1] = driver(j);
    }

    function expectRevertOf(address account, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(account);
    }

    function expectNotAnOperator(address account) private {
        expectRevertOf(account, abi.encodeWithSelector(IAssetRegistry.NotAnOperator.selector, account));
    }

    function expectNotYours(address account, uint256 asset, uint8 owner_, uint8 caller) private {
        expectRevertOf(account, abi.encodeWithSelector(IAssetRegistry.NotYours.selector, asset, owner_, caller));
    }

    function expectRegistrationRevert(IAssetRegistry.ChargePoint memory c, bytes memory data) private {
        expectRevertOf(owner(1), data);
        assets.registerChargePoints(one(c));
    }
}
