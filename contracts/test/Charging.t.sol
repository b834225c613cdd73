// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICharging} from "../src/ICharging.sol";
import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {Network} from "./Network.sol";

contract ChargingTest is Network {
    uint32 private constant RATED_W = 22_000;
    uint64 private constant MOST_REGISTER_WH = 1 << 53;

    uint32 private group;

    function setUp() public {
        deployNetwork(4);
        group = registerGroup(1, 100_000, 20_000);
        registerChargePoints(1, group, 4, RATED_W);
        registerUser(1, driver(1));
        registerUser(2, driver(2));
        warpTo(K, 0);
    }

    // requests

    function test_request_opensASession() public {
        vm.expectEmit(address(charging));
        emit ICharging.ChargingRequested(1, 2, driver(1), 1, 10_000, 4_000, K + 1, K + 5, true, K + 1, K);
        vm.prank(driver(1));
        vm.assertEq(charging.request(2, 10_000, 4_000, 0, timeOf(K + 5, 0), true), 1);

        vm.assertEq(charging.sessionCount(), 1);
        vm.assertEq(charging.openSession(2), 1);
        ICharging.Session memory s = charging.sessionOf(1);
        vm.assertEq(s.account, driver(1));
        vm.assertEq(s.chargePoint, 2);
        vm.assertEq(s.energyWh, 10_000);
        vm.assertEq(s.leastEnergyWh, 4_000);
        vm.assertTrue(s.joins);
        vm.assertEq(s.firstTimestep, K + 1);
        vm.assertEq(s.arrivalTimestep, K + 1);
        vm.assertEq(s.departureTimestep, K + 5);
        requireStatus(1, ICharging.Status.Requested);
    }

    function test_request_departureIsRoundedDown() public {
        vm.prank(driver(1));
        charging.request(0, 1_000, 1_000, 0, timeOf(K + 3, 899), false);
        vm.assertEq(charging.sessionOf(1).departureTimestep, K + 3);
        vm.assertFalse(charging.sessionOf(1).joins);
    }

    function test_request_refusesStrangersAndRetiredUsers() public {
        expectRequestRevert(STRANGER, 0, abi.encodeWithSelector(ICharging.NotAUser.selector, STRANGER));
        address[] memory retired = new address[](1);
        retired[0] = driver(1);
        vm.prank(meter(1));
        assets.retireUsers(retired);
        expectRequestRevert(driver(1), 0, abi.encodeWithSelector(ICharging.NotAUser.selector, driver(1)));
    }

    function test_request_refusesUsersOfExcludedOperators() public {
        exclude(2);
        expectRequestRevert(driver(2), 0, abi.encodeWithSelector(ICharging.NotAUser.selector, driver(2)));
        request(driver(1), 0, 1_000);
    }

    function test_request_refusesChargePointsOfExcludedOperators() public {
        uint32 theirs = registerChargePoints(2, registerGroup(2, 100_000, 20_000), 1, RATED_W);
        exclude(1);
        expectRequestRevert(driver(2), 0, abi.encodeWithSelector(ICharging.ChargePointOutOfService.selector, 0));
        request(driver(2), theirs, 1_000);
    }

    function test_request_refusesChargePointsThatAreNotThere() public {
        expectRequestRevert(driver(1), 4, abi.encodeWithSelector(IAssetRegistry.UnknownChargePoint.selector, 4, 4));
        vm.prank(owner(1));
        assets.removeChargePoint(3);
        expectRequestRevert(driver(1), 3, abi.encodeWithSelector(ICharging.ChargePointOutOfService.selector, 3));
    }

    function test_request_refusesASecondSession() public {
        request(driver(1), 0, 1_000);
        expectRequestRevert(driver(2), 0, abi.encodeWithSelector(ICharging.ChargePointOccupied.selector, 0, 1));
        expectRequestRevert(driver(1), 1, abi.encodeWithSelector(ICharging.AccountBusy.selector, driver(1), 1));
    }

    function test_request_refusesEnergyOutOfRange() public {
        // of all of K too: the car is there from the block of its request on
        uint32 most = RATED_W / 4 * 4;
        expectEnergyRevert(0, timeOf(K + 4, 0), abi.encodeWithSelector(ICharging.NoEnergy.selector));
        expectEnergyRevert(
            most + 1, timeOf(K + 4, 0), abi.encodeWithSelector(ICharging.EnergyBeyondConnector.selector, most + 1, most)
        );
        // however long the stay
        most = 1 << 20;
        expectEnergyRevert(
            most + 1,
            timeOf(K + 600, 0),
            abi.encodeWithSelector(ICharging.EnergyBeyondConnector.selector, most + 1, most)
        );
        vm.prank(driver(1));
        charging.request(0, RATED_W / 4 * 4, 1, 0, timeOf(K + 4, 0), true);
    }

    /// Interim power serves it, and nothing else.
    function test_request_needsNoWholeTimestepForACarThatIsThere() public {
        warpTo(K, 10);
        vm.expectEmit(address(charging));
        emit ICharging.ChargingRequested(1, 0, driver(1), 1, 6, 6, K + 1, K, true, K + 1, K);
        vm.prank(driver(1));
        charging.request(0, 6, 6, 0, timeOf(K, 11), true);
        vm.assertEq(charging.sessionOf(1).departureTimestep, K);
        // so it is for who does not join, and who says when the next timestep begins
        vm.prank(driver(2));
        charging.request(1, 1_000, 1_000, timeOf(K + 1, 0), timeOf(K + 1, 899), false);
        vm.assertEq(charging.sessionOf(2).departureTimestep, K + 1);
        // it holds the charge point beyond its departure, until somebody ends it
        warpTo(K + 5, 0);
        expectRequestRevert(driver(3), 0, abi.encodeWithSelector(ICharging.NotAUser.selector, driver(3)));
        registerUser(1, driver(3));
        expectRequestRevert(driver(3), 0, abi.encodeWithSelector(ICharging.ChargePointOccupied.selector, 0, 1));
        endSession(meter(1), 1);
        endSession(meter(2), 2);
        request(driver(3), 0, 1_000);
    }

    /// 5,500 Wh in 900 s.
    function test_request_boundsEnergyByTheSecond() public {
        warpTo(K, 300);
        bytes4 selector = ICharging.EnergyBeyondConnector.selector;
        expectEnergyRevert(7, timeOf(K, 301), abi.encodeWithSelector(selector, 7, 6));
        expectEnergyRevert(3_667, timeOf(K + 1, 0), abi.encodeWithSelector(selector, 3_667, 3_666));
        expectEnergyRevert(9_167, timeOf(K + 1, 900), abi.encodeWithSelector(selector, 9_167, 9_166));
        // a reservation: from its arrival's timestep on
        expectReservationRevert(
            timeOf(K + 19, 1), timeOf(K + 21, 450), 8_251, abi.encodeWithSelector(selector, 8_251, 8_250)
        );
        vm.prank(driver(1));
        charging.request(0, 8_250, 1, timeOf(K + 19, 1), timeOf(K + 21, 450), true);
        vm.prank(driver(2));
        charging.request(1, 9_166, 9_166, 0, timeOf(K + 2, 0), false);
    }

    /// Nothing is so little that it could be asked for in no time.
    function test_request_refusesWhatASlowChargePointCannotGiveInASecond() public {
        uint32 slow = registerChargePoints(1, group, 1, 3_000);
        vm.expectRevert(abi.encodeWithSelector(ICharging.EnergyBeyondConnector.selector, 1, 0));
        vm.prank(driver(1));
        charging.request(slow, 1, 1, 0, timeOf(K, 1), true);
        vm.prank(driver(1));
        charging.request(slow, 1, 1, 0, timeOf(K, 2), true);
    }

    function test_request_refusesDeparturesOutOfRange() public {
        warpTo(K, 10);
        uint64 now_ = timeOf(K, 10);
        expectEnergyRevert(1, now_, abi.encodeWithSelector(ICharging.DepartureInPast.selector, now_, now_));
        uint64 latest = timeOf(K + 1 + 672, 0);
        expectEnergyRevert(1, latest + 1, abi.encodeWithSelector(ICharging.StayTooLong.selector, latest + 1, latest));
        expectEnergyRevert(
            1, type(uint64).max, abi.encodeWithSelector(ICharging.StayTooLong.selector, type(uint64).max, latest)
        );
        vm.prank(driver(1));
        charging.request(0, 1, 1, 0, now_ + 1, true);
        vm.prank(driver(2));
        charging.request(1, 1, 1, 0, latest, true);
    }

    /// Whatever is accepted fits at the rated power between the block, or the arrival, and the departure; the most does.
    function testFuzz_request_energyIsWhatRatedPowerGivesInTheStay(
        uint256 now_,
        uint256 comes,
        uint256 stay,
        uint32 ratedW
    ) public {
        ratedW = uint32(bound(ratedW, 1_000, 260_000));
        uint32 point = registerChargePoints(1, group, 1, ratedW);
        vm.warp(bound(now_, timeOf(K, 0), timeOf(K + 1_000, 0)));
        uint32 first = uint32((block.timestamp + GATE_SECONDS) / TIMESTEP_SECONDS) + 1;
        uint64 arrival = comes % 3 == 0 ? 0 : uint64(bound(comes, block.timestamp, timeOf(first + 95, 0)));
        bool isThere = arrival <= timeOf(first, 0);
        uint64 start =
            isThere ? uint64(block.timestamp) : (arrival + TIMESTEP_SECONDS - 1) / TIMESTEP_SECONDS * TIMESTEP_SECONDS;
        uint64 departure = start + uint64(bound(stay, 1, stay % 2 == 0 ? 3 * TIMESTEP_SECONDS : 200 * TIMESTEP_SECONDS));
        vm.prank(driver(1));
        if (!isThere && departure < start + TIMESTEP_SECONDS) {
            vm.expectRevert(
                abi.encodeWithSelector(ICharging.DepartureTooSoon.selector, departure, start + TIMESTEP_SECONDS)
            );
            charging.request(point, 1, 1, arrival, departure, true);
            return;
        }
        uint256 most = uint256(ratedW / 4) * (departure - start) / TIMESTEP_SECONDS;
        vm.assertLe(most * 4 * TIMESTEP_SECONDS, uint256(ratedW) * (departure - start));
        if (most > 1 << 20) most = 1 << 20;
        vm.expectRevert(
            abi.encodeWithSelector(ICharging.EnergyBeyondConnector.selector, uint32(most) + 1, uint32(most))
        );
        charging.request(point, uint32(most) + 1, 1, arrival, departure, true);
        if (most == 0) return;
        vm.prank(driver(1));
        charging.request(point, uint32(most), 1, arrival, departure, true);
        vm.assertEq(charging.sessionOf(1).departureTimestep, departure / TIMESTEP_SECONDS);
    }

    /// One provider's users cannot keep an operator's charge points from everybody else.
    function test_attack_pseudonymsCannotHoldAnotherOperatorsChargePoints() public {
        uint32 first = registerChargePoints(1, 0, 36, RATED_W);
        vm.assertEq(assets.maxHeld(1, 2), 10);
        for (uint32 i = 0; i < 11; ++i) {
            if (i > 0) registerUser(2, driver(10 + i));
            address account = i == 0 ? driver(2) : driver(10 + i);
            if (i == 10) vm.expectRevert(abi.encodeWithSelector(ICharging.TooManyHeld.selector, 1, 2, 10));
            vm.prank(account);
            charging.request(first + i, 1, 1, 0, uint64(block.timestamp) + 4 * TIMESTEP_SECONDS, true);
        }
        vm.assertEq(charging.heldOf(1, 2), 10);
        // the operator's own users are not counted
        request(driver(1), 0, 1_000);
        vm.assertEq(charging.heldOf(1, 1), 0);
        // what ends or is refused makes room
        uint32 one_ = charging.openSession(first);
        endSession(meter(1), one_);
        vm.assertEq(charging.heldOf(1, 2), 9);
        vm.prank(address(plans));
        charging.decide(K, refusal(one_ + 1, 0, 0, 0));
        vm.assertEq(charging.heldOf(1, 2), 8);
        vm.assertEq(charging.sessionOf(one_).provider, 2);
        request(driver(20), first, 1);
    }

    function test_attack_driverCannotAskWithoutEnd() public {
        for (uint256 i = 0; i < 5; ++i) {
            uint32 k = uint32(block.timestamp / TIMESTEP_SECONDS);
            uint64 departure = uint64(block.timestamp) + 4 * TIMESTEP_SECONDS;
            if (i == 4) vm.expectRevert(abi.encodeWithSelector(ICharging.TooManyRequests.selector, k, 4));
            vm.prank(driver(1));
            uint32 session = charging.request(0, 1, 1, 0, departure, true);
            if (i < 4) endSession(driver(1), session);
        }
        vm.warp(block.timestamp + TIMESTEP_SECONDS);
        request(driver(1), 0, 1);
    }

    function test_attack_providersUsersCannotAskWithoutEnd() public {
        warpTo(K, 0);
        uint64 departure = uint64(block.timestamp) + 4 * TIMESTEP_SECONDS;
        address[] memory all = new address[](256);
        bytes[] memory proofs = new bytes[](256);
        for (uint256 i = 0; i < 256; ++i) {
            all[i] = vm.addr(0x50000 + i);
            proofs[i] = pseudonym(1, 0x50000 + i);
        }
        vm.prank(meter(1));
        assets.registerUsers(all, proofs);
        for (uint256 i = 0; i < 1_024; ++i) {
            vm.prank(all[i % 256]);
            uint32 session = charging.request(0, 1, 1, 0, departure, true);
            endSession(all[i % 256], session);
        }
        vm.expectRevert(abi.encodeWithSelector(ICharging.TooManyRequests.selector, K, 1_024));
        vm.prank(driver(1));
        charging.request(0, 1, 1, 0, departure, true);
        // others' are not kept out
        request(driver(2), 0, 1);
    }

    function test_attack_forecastsOfATimestepAreFew() public {
        warpTo(K, 0);
        bytes memory steps = new bytes(13);
        for (uint256 i = 0; i < 5; ++i) {
            if (i == 4) vm.expectRevert(abi.encodeWithSelector(ICharging.TooManyForecasts.selector, 0, K, 4));
            vm.prank(meter(1));
            charging.publishForecast(0, K + 1, steps);
        }
        warpTo(K + 1, 0);
        vm.prank(meter(1));
        charging.publishForecast(0, K + 2, steps);
    }

    function test_reset_isForAssetRegistryAndClearsWhatWasKnown() public {
        vm.expectRevert(abi.encodeWithSelector(ICharging.NotAssets.selector, owner(1)));
        vm.prank(owner(1));
        charging.reset(0);
        warpTo(K, 0);
        vm.prank(meter(1));
        charging.reportMeters(K - 1, abi.encodePacked(uint32(0), uint64(5_000), uint32(1), uint8(0)));
        vm.prank(owner(1));
        assets.removeChargePoint(0);
        warpTo(K + 2, 0);
        vm.assertEq(registerChargePoints(1, 0, 1, RATED_W), 0);
        vm.assertEq(charging.liveOf(0).registerWh, 0);
    }

    /// What arrives in the gate waits for the timestep after the next one.
    function test_request_waitsFromTheFirstSecondOfTheGate() public {
        warpTo(K, 839);
        request(driver(1), 0, 1_000);
        vm.assertEq(charging.sessionOf(1).firstTimestep, K + 1);
        warpTo(K, 840);
        request(driver(2), 1, 1_000);
        vm.assertEq(charging.sessionOf(2).firstTimestep, K + 2);
    }

    function test_request_refusesLeastEnergyOutOfRange() public {
        bytes4 selector = ICharging.LeastEnergyOutOfRange.selector;
        expectAskingRevert(0, 0, true, abi.encodeWithSelector(selector, 0, 1, 1_000));
        expectAskingRevert(1_001, 0, true, abi.encodeWithSelector(selector, 1_001, 1, 1_000));
        // who does not join gets all of it or nothing
        expectAskingRevert(999, 0, false, abi.encodeWithSelector(selector, 999, 1_000, 1_000));
        expectAskingRevert(1_001, 0, false, abi.encodeWithSelector(selector, 1_001, 1_000, 1_000));
        vm.prank(driver(1));
        charging.request(0, 1_000, 1, 0, timeOf(K + 4, 0), true);
        vm.prank(driver(2));
        charging.request(1, 1_000, 1_000, 0, timeOf(K + 4, 0), true);
    }

    /// As OCPP's ReserveNow: nobody else gets the charge point before the car comes.
    function test_request_aReservationOccupiesTheChargePointAtOnce() public {
        vm.expectEmit(address(charging));
        emit ICharging.ChargingRequested(1, 0, driver(1), 1, 2_000, 1_000, K + 9, K + 12, true, K + 1, K);
        // in the middle of K + 8
        vm.prank(driver(1));
        charging.request(0, 2_000, 1_000, timeOf(K + 8, 450), timeOf(K + 12, 0), true);
        vm.assertEq(charging.sessionOf(1).arrivalTimestep, K + 9);
        vm.assertEq(charging.openSession(0), 1);
        expectRequestRevert(driver(2), 0, abi.encodeWithSelector(ICharging.ChargePointOccupied.selector, 0, 1));
        decide(acceptance(1));
        expectRequestRevert(driver(2), 0, abi.encodeWithSelector(ICharging.ChargePointOccupied.selector, 0, 1));
        endSession(driver(1), 1);
        request(driver(2), 0, 1_000);
    }

    function test_request_refusesReservationsOutOfRange() public {
        uint64 latest = timeOf(K + 96, 0);
        bytes4 selector = ICharging.ArrivalTooLate.selector;
        expectAskingRevert(1, latest + 1, true, abi.encodeWithSelector(selector, latest + 1, latest));
        expectAskingRevert(1, type(uint64).max, true, abi.encodeWithSelector(selector, type(uint64).max, latest));
        // it would be there for less than one timestep
        expectReservationRevert(
            timeOf(K + 20, 1),
            timeOf(K + 21, 899),
            1,
            abi.encodeWithSelector(ICharging.DepartureTooSoon.selector, timeOf(K + 21, 899), timeOf(K + 22, 0))
        );
        // what the connector gives from the arrival on
        expectReservationRevert(
            timeOf(K + 20, 0),
            timeOf(K + 22, 0),
            11_001,
            abi.encodeWithSelector(ICharging.EnergyBeyondConnector.selector, 11_001, 11_000)
        );
        uint64 first = timeOf(K + 1, 0);
        expectAskingRevert(
            1_000,
            first + 1,
            false,
            abi.encodeWithSelector(ICharging.ReservationWithoutJoining.selector, first + 1, first)
        );
        vm.prank(driver(1));
        charging.request(0, 1_000, 1, latest, timeOf(K + 200, 0), true);
        vm.assertEq(charging.sessionOf(1).arrivalTimestep, K + 96);
        vm.prank(driver(2));
        charging.request(1, 1_000, 1_000, first, timeOf(K + 200, 0), false);
        vm.assertEq(charging.sessionOf(2).arrivalTimestep, K + 1);
    }

    /// Whatever the arrival: a car that comes within the next day charges from the first whole timestep that it is there.
    function testFuzz_request_arrivalTimestepIsTheFirstWholeOne(uint256 now_, uint64 arrival, uint256 stay) public {
        vm.warp(bound(now_, timeOf(K, 0), timeOf(K + 1_000, 0)));
        uint32 first = uint32((block.timestamp + GATE_SECONDS) / TIMESTEP_SECONDS) + 1;
        if (stay % 4 != 0) arrival = uint64(bound(arrival, block.timestamp, timeOf(first + 96, 0)));
        uint64 departure = timeOf(first + uint32(bound(stay, 97, 672)), 0);
        vm.prank(driver(1));
        if (arrival > timeOf(first + 95, 0)) {
            vm.expectRevert(abi.encodeWithSelector(ICharging.ArrivalTooLate.selector, arrival, timeOf(first + 95, 0)));
            charging.request(0, 100, 1, arrival, departure, true);
            return;
        }
        charging.request(0, 100, 1, arrival, departure, true);
        uint32 from = charging.sessionOf(1).arrivalTimestep;
        vm.assertLe(first, from);
        vm.assertLe(arrival, timeOf(from, 0));
        // the one before is not whole, or not open any more
        vm.assertTrue(from == first || timeOf(from - 1, 0) < arrival);
    }

    function testFuzz_request_firstTimestepIsTheNextOneWithAnOpenGate(uint256 second) public {
        vm.warp(bound(second, timeOf(K, 0), timeOf(K + 1_000, 0)));
        request(driver(1), 0, 1_000);
        uint256 first = charging.sessionOf(1).firstTimestep;
        // its gate is still open, and that of the one before was not, or it had begun
        uint256 gate = first * TIMESTEP_SECONDS - GATE_SECONDS;
        vm.assertGt(gate, block.timestamp);
        vm.assertLe(gate, block.timestamp + TIMESTEP_SECONDS);
    }

    // the end of sessions

    function test_endSession_byTheDriver() public {
        request(driver(1), 0, 1_000);
        vm.expectEmit(address(charging));
        emit ICharging.SessionEnded(1, 0, K, ICharging.Ender.Account);
        endSession(driver(1), 1);
        requireStatus(1, ICharging.Status.Ended);
        vm.assertEq(charging.openSession(0), 0);
        // charge point and driver are free again
        vm.assertEq(request(driver(1), 0, 1_000), 2);
    }

    function test_endSession_byTheOperatorOfTheChargePoint() public {
        request(driver(2), 0, 1_000);
        requireEnder(1, meter(1), ICharging.Ender.Operator);
        request(driver(2), 0, 1_000);
        requireEnder(2, owner(1), ICharging.Ender.Operator);
        requireStatus(2, ICharging.Status.Ended);
    }

    /// Who would have to pay for more need not.
    function test_endSession_byTheProviderOfTheDriver() public {
        request(driver(2), 0, 1_000);
        requireEnder(1, meter(2), ICharging.Ender.Provider);
        request(driver(2), 0, 1_000);
        requireEnder(2, owner(2), ICharging.Ender.Provider);
        // what it owes as an operator is not less because it is the provider too
        request(driver(1), 0, 1_000);
        requireEnder(3, meter(1), ICharging.Ender.Operator);
    }

    function test_endSession_refusesOthers() public {
        request(driver(2), 0, 1_000);
        address[6] memory others = [STRANGER, driver(1), oracle(1), owner(3), meter(3), oracle(2)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICharging.NotYourSession.selector, 1, others[i]));
            endSession(others[i], 1);
        }
    }

    /// Nobody else could free the charge point and the driver.
    function test_endSession_byAnyMemberWhenTheOperatorWasExcluded() public {
        request(driver(2), 0, 1_000);
        request(driver(1), 1, 1_000);
        exclude(1);
        address[5] memory others = [STRANGER, driver(1), owner(1), meter(1), oracle(3)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICharging.NotYourSession.selector, 1, others[i]));
            endSession(others[i], 1);
        }
        endSession(meter(3), 1);
        endSession(owner(4), 2);
        requireStatus(1, ICharging.Status.Ended);
        requireStatus(2, ICharging.Status.Ended);
        vm.assertEq(charging.openSession(0), 0);
        // the driver is free again
        uint32 theirs = registerChargePoints(2, registerGroup(2, 100_000, 20_000), 1, RATED_W);
        request(driver(2), theirs, 1_000);
    }

    function test_endSession_byTheDriverWhenTheOperatorsWereExcluded() public {
        // at a charge point of an excluded operator, vouched for by an excluded operator
        request(driver(1), 0, 1_000);
        exclude(1);
        endSession(driver(1), 1);
        requireStatus(1, ICharging.Status.Ended);
    }

    function test_endSession_refusesTwice() public {
        request(driver(1), 0, 1_000);
        endSession(driver(1), 1);
        vm.expectRevert(abi.encodeWithSelector(ICharging.SessionDone.selector, 1, ICharging.Status.Ended));
        endSession(driver(1), 1);
    }

    function test_endSession_refusesUnknownSessions() public {
        vm.expectRevert(abi.encodeWithSelector(ICharging.UnknownSession.selector, 1));
        endSession(driver(1), 1);
        vm.expectRevert(abi.encodeWithSelector(ICharging.UnknownSession.selector, 0));
        endSession(driver(1), 0);
        vm.expectRevert(abi.encodeWithSelector(ICharging.UnknownSession.selector, 1));
        charging.sessionOf(1);
    }

    /// An old session's end must not free the charge point of a newer one.
    function test_endSession_neverTouchesALaterSession() public {
        request(driver(1), 0, 1_000);
        decide(refusal(1, 0, 0, 0));
        request(driver(2), 0, 1_000);
        vm.expectRevert(abi.encodeWithSelector(ICharging.SessionDone.selector, 1, ICharging.Status.Refused));
        endSession(driver(1), 1);
        vm.assertEq(charging.openSession(0), 2);
    }

    function requireEnder(uint32 session, address by, ICharging.Ender ender) private {
        vm.expectEmit(address(charging));
        emit ICharging.SessionEnded(session, 0, K, ender);
        endSession(by, session);
    }

    // decisions

    function test_decide_acceptsAndRefuses() public {
        request(driver(1), 0, 1_000);
        request(driver(2), 1, 1_000);
        vm.expectEmit(address(charging));
        emit ICharging.RequestDecided(1, K + 1, true, 1_000, 0, 0);
        vm.expectEmit(address(charging));
        emit ICharging.RequestDecided(2, K + 1, false, 700, K + 9, 3_000);
        decide(bytes.concat(acceptance(1), refusal(2, 700, K + 9, 3_000)));

        requireStatus(1, ICharging.Status.Accepted);
        vm.assertEq(charging.sessionOf(1).decidedTimestep, K + 1);
        vm.assertEq(charging.openSession(0), 1);
        requireStatus(2, ICharging.Status.Refused);
        ICharging.Session memory s = charging.sessionOf(2);
        vm.assertEq(s.offerEnergyWh, 700);
        vm.assertEq(s.offerDepartureTimestep, K + 9);
        vm.assertEq(s.offerPowerW, 3_000);
        // charge point and driver are free at once
        vm.assertEq(charging.openSession(1), 0);
        request(driver(2), 1, 700);
    }

    function test_decide_passesOverWhatIsNotAskedAnyMore() public {
        request(driver(1), 0, 1_000);
        endSession(driver(1), 1);
        request(driver(2), 1, 1_000);
        // withdrawn, unknown, twice the same, and a rest that is no decision
        decide(bytes.concat(acceptance(1), acceptance(77), acceptance(2), refusal(2, 1, 1, 1), hex"0000"));
        requireStatus(1, ICharging.Status.Ended);
        requireStatus(2, ICharging.Status.Accepted);
        vm.assertEq(charging.sessionOf(2).offerPowerW, 0);
    }

    function test_decide_promisesWhatThePlanSays() public {
        request(driver(1), 0, 1_000);
        vm.expectEmit(address(charging));
        emit ICharging.RequestDecided(1, K + 1, true, 600, 0, 0);
        // other offers go with refusals only
        decide(abi.encodePacked(uint32(1), uint8(1), uint32(600), K + 9, uint32(3_000)));
        ICharging.Session memory s = charging.sessionOf(1);
        vm.assertEq(s.energyWh, 1_000);
        vm.assertEq(s.offerEnergyWh, 600);
        vm.assertEq(s.offerDepartureTimestep, 0);
        vm.assertEq(s.offerPowerW, 0);
        requireStatus(1, ICharging.Status.Accepted);
    }

    /// A promise is never more than what was asked for, and never nothing.
    function testFuzz_decide_promisesAtMostWhatWasAskedFor(uint32 wantedWh, uint32 promisedWh) public {
        wantedWh = uint32(bound(wantedWh, 1, 11_000));
        request(driver(1), 0, wantedWh);
        decide(promiseOf(1, promisedWh));
        bool within = promisedWh > 0 && promisedWh < wantedWh;
        vm.assertEq(charging.sessionOf(1).offerEnergyWh, within ? promisedWh : wantedWh);
        vm.assertEq(charging.sessionOf(1).energyWh, wantedWh);
    }

    function test_decide_refusesOthersThanPlans() public {
        address[4] memory others = [STRANGER, owner(1), oracle(1), address(assets)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICharging.NotPlans.selector, others[i]));
            vm.prank(others[i]);
            charging.decide(K + 1, "");
        }
    }

    /// Nothing in the decisions can keep a final plan from being final.
    function testFuzz_decide_neverReverts(uint256 seed, bytes calldata anything) public {
        request(driver(1), 0, 1_000);
        request(driver(2), 1, 1_000);
        endSession(driver(2), 2);
        request(driver(2), 2, 1_000);
        bytes memory decisions;
        for (uint256 i = 0; i < 8; ++i) {
            uint256 random = mix(seed, i);
            decisions = bytes.concat(decisions, abi.encodePacked(uint32(random % 5), uint104(random >> 8)));
        }
        decide(bytes.concat(decisions, anything));
        decide(anything);
    }

    // meters

    function test_reportMeters_keepsTheLastReportOfEach() public {
        bytes memory entries = bytes.concat(entry(0, 5_000, 11_000, 2), entry(3, 7_000, 0, 0));
        vm.expectEmit(address(charging));
        emit ICharging.MetersReported(1, K - 1, entries);
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entries);
        requireLive(0, ICharging.Live(5_000, 11_000, 2, K - 1, 0));
        requireLive(3, ICharging.Live(7_000, 0, 0, K - 1, 0));

        warpTo(K + 1, 0);
        request(driver(1), 0, 1_000);
        vm.prank(meter(1));
        charging.reportMeters(K, entry(0, 5_000, 9_000, 1));
        requireLive(0, ICharging.Live(5_000, 9_000, 1, K, 1));
        // left out: keeps its own
        requireLive(3, ICharging.Live(7_000, 0, 0, K - 1, 0));
    }

    function test_reportMeters_refusesOthersThanMeters() public {
        address[3] memory others = [STRANGER, owner(1), oracle(1)];
        for (uint256 i = 0; i < others.length; ++i) {
            expectMetersRevert(others[i], K - 1, "", abi.encodeWithSelector(ICharging.NotAMeter.selector, others[i]));
        }
    }

    function test_reportMeters_refusesChargePointsOfOthers() public {
        expectMetersRevert(
            meter(2), K - 1, entry(0, 1, 0, 0), abi.encodeWithSelector(ICharging.NotYourChargePoint.selector, 0, 1, 2)
        );
        expectMetersRevert(
            meter(1), K - 1, entry(4, 1, 0, 0), abi.encodeWithSelector(IAssetRegistry.UnknownChargePoint.selector, 4, 4)
        );
    }

    function test_reportMeters_refusesTimestepsThatAreNotOver() public {
        expectMetersRevert(meter(1), K, "", abi.encodeWithSelector(ICharging.TimestepNotOver.selector, K, K));
        expectMetersRevert(meter(1), K + 1, "", abi.encodeWithSelector(ICharging.TimestepNotOver.selector, K + 1, K));
    }

    function test_reportMeters_refusesATimestepTwice() public {
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entry(0, 1, 0, 0));
        bytes memory data = abi.encodeWithSelector(ICharging.AlreadyReported.selector, K - 1, K - 1);
        expectMetersRevert(meter(1), K - 1, entry(0, 1, 0, 0), data);
        data = abi.encodeWithSelector(ICharging.AlreadyReported.selector, K - 2, K - 1);
        expectMetersRevert(meter(1), K - 2, entry(0, 1, 0, 0), data);
    }

    function test_reportMeters_takesAnOperatorsChargePointsInSeveralTransactions() public {
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entry(0, 1, 0, 0));
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entry(1, 2, 0, 0));
        vm.assertEq(charging.liveOf(1).reportedTimestep, K - 1);
        vm.assertEq(charging.liveOf(1).registerWh, 2);
    }

    function test_reportMeters_ofAnotherOperatorIsAnotherMatter() public {
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entry(0, 1, 0, 0));
        vm.prank(meter(2));
        charging.reportMeters(K - 1, "");
    }

    function test_reportMeters_refusesRegistersThatGoBack() public {
        vm.prank(meter(1));
        charging.reportMeters(K - 2, entry(0, 1_000, 0, 0));
        expectMetersRevert(
            meter(1),
            K - 1,
            entry(0, 999, 0, 0),
            abi.encodeWithSelector(ICharging.MeterWentBack.selector, 0, 999, 1_000)
        );
    }

    function test_reportMeters_refusesRegistersThatNoReaderHolds() public {
        uint64 most = MOST_REGISTER_WH;
        expectMetersRevert(
            meter(1),
            K - 1,
            entry(0, most + 1, 0, 0),
            abi.encodeWithSelector(ICharging.ValueTooLarge.selector, most + 1, most)
        );
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entry(0, most, 0, 0));
    }

    function test_reportMeters_refusesWhatIsNoListOfEntries() public {
        bytes memory data = abi.encodeWithSelector(ICharging.BadLength.selector, 18, 17);
        expectMetersRevert(meter(1), K - 1, bytes.concat(entry(0, 1, 0, 0), hex"00"), data);
        data = abi.encodeWithSelector(ICharging.EntriesUnordered.selector, 1);
        expectMetersRevert(meter(1), K - 1, bytes.concat(entry(1, 1, 0, 0), entry(1, 2, 0, 0)), data);
        data = abi.encodeWithSelector(ICharging.EntriesUnordered.selector, 0);
        expectMetersRevert(meter(1), K - 1, bytes.concat(entry(1, 1, 0, 0), entry(0, 2, 0, 0)), data);
    }

    function testFuzz_reportMeters_comeBackAsTheyWere(uint64[4] memory registersWh, uint32[4] memory powersW, uint8 s)
        public
    {
        bytes memory entries;
        for (uint32 i = 0; i < 4; ++i) {
            registersWh[i] %= MOST_REGISTER_WH + 1;
            entries = bytes.concat(entries, entry(i, registersWh[i], powersW[i], s ^ uint8(i)));
        }
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entries);
        for (uint32 i = 0; i < 4; ++i) {
            requireLive(i, ICharging.Live(registersWh[i], powersW[i], s ^ uint8(i), K - 1, 0));
        }
    }

    // groups and batteries

    function test_reportGroup() public {
        vm.prank(owner(1));
        assets.registerPv(group, 4_000, 5_000);
        vm.expectEmit(address(charging));
        emit ICharging.GroupReported(group, K - 1, 4_000, 3_000, 1_000);
        vm.prank(meter(1));
        charging.reportGroup(group, K - 1, 4_000, 3_000, 1_000);
        vm.assertEq(
            abi.encode(charging.groupLiveOf(group)), abi.encode(ICharging.GroupLive(K - 1, 4_000, 3_000, 1_000))
        );
    }

    function test_reportGroup_refusesWhatReportMetersRefuses() public {
        vm.expectRevert(abi.encodeWithSelector(ICharging.NotAMeter.selector, owner(1)));
        vm.prank(owner(1));
        charging.reportGroup(group, K - 1, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICharging.NotYourGroup.selector, group, 1, 2));
        vm.prank(meter(2));
        charging.reportGroup(group, K - 1, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICharging.TimestepNotOver.selector, K, K));
        vm.prank(meter(1));
        charging.reportGroup(group, K, 0, 0, 0);
        vm.prank(meter(1));
        charging.reportGroup(group, K - 1, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICharging.AlreadyReported.selector, K - 1, K - 1));
        vm.prank(meter(1));
        charging.reportGroup(group, K - 1, 0, 0, 0);
    }

    function test_reportGroup_refusesWhatThePlannerCannotHold() public {
        uint32 most = 1 << 26;
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICharging.ValueTooLarge.selector, most + 1, most));
            vm.prank(meter(1));
            charging.reportGroup(
                group, K - 1, most + (i == 0 ? 1 : 0), most + (i == 1 ? 1 : 0), most + (i == 2 ? 1 : 0)
            );
        }
        vm.prank(owner(1));
        assets.registerPv(group, type(uint32).max, type(uint32).max);
        vm.prank(meter(1));
        charging.reportGroup(group, K - 1, most, most, most);
    }

    /// What is warranted lifts the group's limit: a cabinet would burn on a meter's word.
    function test_reportGroup_warrantsNoMoreThanTheInvertersGive() public {
        vm.prank(owner(1));
        assets.registerPv(group, 6_000, 9_000);
        vm.prank(owner(1));
        assets.registerPv(group, 2_000, 2_000);
        vm.assertEq(assets.inverterWOf(group), 8_000);
        vm.expectRevert(abi.encodeWithSelector(ICharging.ValueTooLarge.selector, 2_001, 2_000));
        vm.prank(meter(1));
        charging.reportGroup(group, K - 1, 0, 0, 2_001);
        vm.prank(meter(1));
        charging.reportGroup(group, K - 1, 0, 0, 2_000);
    }

    function test_reportBattery() public {
        vm.prank(owner(1));
        uint32 battery = assets.registerBattery(group, 100_000, 50_000);
        vm.expectEmit(address(charging));
        emit ICharging.BatteryReported(battery, K - 1, 40_000, -3_000);
        vm.prank(meter(1));
        charging.reportBattery(battery, K - 1, 40_000, -3_000);
        vm.assertEq(
            abi.encode(charging.batteryLiveOf(battery)), abi.encode(ICharging.BatteryLive(K - 1, 40_000, -3_000))
        );

        vm.expectRevert(abi.encodeWithSelector(ICharging.AlreadyReported.selector, K - 1, K - 1));
        vm.prank(meter(1));
        charging.reportBattery(battery, K - 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICharging.TimestepNotOver.selector, K, K));
        vm.prank(meter(1));
        charging.reportBattery(battery, K, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICharging.NotYourGroup.selector, group, 1, 2));
        vm.prank(meter(2));
        charging.reportBattery(battery, K - 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IAssetRegistry.UnknownBattery.selector, 1, 1));
        vm.prank(meter(1));
        charging.reportBattery(1, K - 1, 0, 0);
    }

    // forecasts

    function test_publishForecast() public {
        bytes memory steps = bytes.concat(step(1_000, 5_000, 0), step(0, 0, 1 << 26));
        vm.expectEmit(address(charging));
        emit ICharging.ForecastPublished(group, K + 1, steps);
        vm.prank(meter(1));
        charging.publishForecast(group, K + 1, steps);
    }

    function test_publishForecast_refusesOthers() public {
        bytes memory steps = step(0, 0, 0);
        expectForecastRevert(owner(1), K + 1, steps, abi.encodeWithSelector(ICharging.NotAMeter.selector, owner(1)));
        expectForecastRevert(
            meter(2), K + 1, steps, abi.encodeWithSelector(ICharging.NotYourGroup.selector, group, 1, 2)
        );
    }

    function test_publishForecast_refusesWhatIsNoListOfSteps() public {
        bytes memory data = abi.encodeWithSelector(ICharging.BadLength.selector, 0, 13);
        expectForecastRevert(meter(1), K + 1, "", data);
        data = abi.encodeWithSelector(ICharging.BadLength.selector, 14, 13);
        expectForecastRevert(meter(1), K + 1, bytes.concat(step(0, 0, 0), hex"00"), data);
    }

    function test_publishForecast_reachesAWeek() public {
        bytes memory week = new bytes(13 * 672);
        vm.prank(meter(1));
        charging.publishForecast(group, K + 672, week);
        expectForecastRevert(
            meter(1), K + 673, week, abi.encodeWithSelector(ICharging.ValueTooLarge.selector, K + 673, K + 672)
        );
        expectForecastRevert(
            meter(1), K + 1, new bytes(13 * 673), abi.encodeWithSelector(ICharging.ForecastTooLong.selector, 673, 672)
        );
    }

    function test_publishForecast_refusesThePast() public {
        expectForecastRevert(
            meter(1), K, step(0, 0, 0), abi.encodeWithSelector(ICharging.ForecastInPast.selector, K, K)
        );
    }

    function test_publishForecast_refusesReservesThatNobodyCanTrust() public {
        expectForecastRevert(
            meter(1),
            K + 1,
            bytes.concat(step(1, 1, 0), step(2, 1, 0)),
            abi.encodeWithSelector(ICharging.ReserveBelowExpected.selector, 1, 1, 2)
        );
        // 20,000 W are 5,000 Wh in a quarter of an hour
        expectForecastRevert(
            meter(1),
            K + 1,
            step(0, 5_001, 0),
            abi.encodeWithSelector(ICharging.ReserveAboveEquipment.selector, 0, 5_001, 5_000)
        );
        uint32 most = 1 << 26;
        expectForecastRevert(
            meter(1),
            K + 1,
            step(0, 0, most + 1),
            abi.encodeWithSelector(ICharging.ValueTooLarge.selector, most + 1, most)
        );
    }

    // lists

    function test_availableChargePoints_pagesThrough() public {
        // 0 is taken, 1 charges or is out of order, 3 is gone
        request(driver(1), 0, 1_000);
        vm.prank(meter(1));
        charging.reportMeters(K - 1, entry(1, 0, 0, 1));
        vm.prank(owner(1));
        assets.removeChargePoint(3);
        registerChargePoints(1, group, 2, RATED_W);

        requireAvailable(0, 10, abi.encode(2, 4, 5), 6);
        requireAvailable(0, 2, abi.encode(2, 4), 5);
        requireAvailable(5, 2, abi.encode(5), 6);
        requireAvailable(6, 2, "", 6);
        requireAvailable(0, 0, "", 0);
    }

    function test_availableChargePoints_passesOverExcludedOperators() public {
        uint32 theirs = registerChargePoints(2, registerGroup(2, 100_000, 20_000), 2, RATED_W);
        exclude(1);
        requireAvailable(0, 10, abi.encode(theirs, theirs + 1), 6);
    }

    function timeOf(uint32 timestep, uint64 second) private pure returns (uint64) {
        return uint64(timestep) * TIMESTEP_SECONDS + second;
    }

    function entry(uint32 point, uint64 registerWh, uint32 powerW, uint8 status) private pure returns (bytes memory) {
        return abi.encodePacked(point, registerWh, powerW, status);
    }

    function step(uint32 expectedWh, uint32 reservedWh, uint32 pvWh) private pure returns (bytes memory) {
        return abi.encodePacked(expectedWh, reservedWh, pvWh, uint8(0));
    }

    function decide(bytes memory decisions) private {
        vm.prank(address(plans));
        charging.decide(K + 1, decisions);
    }

    function endSession(address account, uint32 session) private {
        vm.prank(account);
        charging.endSession(session);
    }

    function expectRequestRevert(address account, uint32 point, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(account);
        charging.request(point, 1_000, 1_000, 0, timeOf(K + 4, 0), true);
    }

    /// Asks for 1,000 Wh until K + 200.
    function expectAskingRevert(uint32 leastWh, uint64 arrival, bool joins, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(driver(1));
        charging.request(0, 1_000, leastWh, arrival, timeOf(K + 200, 0), joins);
    }

    function expectReservationRevert(uint64 arrival, uint64 departure, uint32 energyWh, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(driver(1));
        charging.request(0, energyWh, energyWh, arrival, departure, true);
    }

    function expectEnergyRevert(uint32 energyWh, uint64 departure, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(driver(1));
        charging.request(0, energyWh, energyWh, 0, departure, true);
    }

    function expectMetersRevert(address account, uint32 timestep, bytes memory entries, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(account);
        charging.reportMeters(timestep, entries);
    }

    function expectForecastRevert(address account, uint32 from, bytes memory steps, bytes memory data) private {
        vm.expectRevert(data);
        vm.prank(account);
        charging.publishForecast(group, from, steps);
    }

    function requireStatus(uint32 session, ICharging.Status status) private view {
        vm.assertEq(uint256(charging.sessionOf(session).status), uint256(status));
    }

    function requireLive(uint32 point, ICharging.Live memory expected) private view {
        vm.assertEq(abi.encode(charging.liveOf(point)), abi.encode(expected));
    }

    function requireAvailable(uint32 from, uint32 most, bytes memory expected, uint32 expectedNext) private view {
        (uint32[] memory points, uint32 next) = charging.availableChargePoints(from, most);
        vm.assertEq(abi.encodePacked(points), expected);
        vm.assertEq(next, expectedNext);
    }
}
