// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {ICharging} from "../src/ICharging.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {IPlans} from "../src/IPlans.sol";
import {Handler} from "./Handler.sol";
import {Test} from "./Test.sol";

/// What holds whatever operators, oracles, meters, drivers and strangers do, and in whatever order.
contract InvariantsTest is Test {
    uint32 private constant STEPS_PER_HOUR = 4;

    Handler private handler;
    IConsortium private consortium;
    IAssetRegistry private assets;
    ICharging private charging;
    IPlans private plans;

    function setUp() public {
        handler = new Handler();
        (consortium, assets, charging, plans) = handler.network();
    }

    function targetContracts() external view returns (address[] memory contracts) {
        contracts = new address[](1);
        contracts[0] = address(handler);
    }

    /// All of them after each call, in one campaign: forge makes the same calls again for each function.
    function invariant_all() public view {
        this.finalOnlyByAQuorumOnlyOneAndForEver();
        this.setpointsAreThoseOfTheFinalPlan();
        this.assetsAreWhatTheirOwnersMadeThem();
        this.countsAreWhatTheChargePointsSay();
        this.churnGrowsNothing();
        this.oneOpenSessionPerChargePointAndDriver();
        this.holdingsAreTheOpenSessionsOfOthersUsers();
        this.promisesAndStaysAreWhatPlansCanCountOn();
        this.registersAreWhatTheirMetersReported();
        this.readersCanHoldAllNumbers();
        this.membersAreThoseVotedFor();
        this.fallbacksStayWithinTheLimits();
    }

    /// Votes, candidates and outcomes are those that the model counted: final with more than two thirds, only one,
    /// the same for ever, and never beside a fallback.
    function finalOnlyByAQuorumOnlyOneAndForEver() external view {
        uint32[] memory timesteps = handler.timesteps();
        for (uint256 i = 0; i < timesteps.length; ++i) {
            uint32 k = timesteps[i];
            (uint8 candidates, uint8 finalCandidate, bool isFinal, bool declared) = plans.stateOf(k);
            (uint8 expectedFinal, bool expectedDeclared) = handler.outcomeOf(k);
            vm.assertEq(candidates, handler.candidateCount(k));
            vm.assertEq(isFinal, expectedFinal != 0);
            if (isFinal) vm.assertEq(finalCandidate, expectedFinal - 1);
            vm.assertEq(declared, expectedDeclared);
            vm.assertFalse(isFinal && declared);
            for (uint8 operator = 1; operator <= handler.MOST_OPERATORS(); ++operator) {
                vm.assertEq(plans.voteOf(k, operator), handler.spoke(k, operator));
            }
            // what is older cannot be written by anything that has not failed here before
            if (k + 2 < handler.now_()) continue;
            for (uint8 c = 0; c < candidates; ++c) {
                vm.assertEq(plans.candidateOf(k, c), handler.hashOf(k, c));
            }
        }
    }

    /// A reader sees the final plan, bit by bit, or the fallback; before the boundary, nothing but the final plan.
    function setpointsAreThoseOfTheFinalPlan() external view {
        uint32 current = handler.now_();
        uint32 count = assets.chargePointCount();
        for (uint32 k = current; k <= current + 1; ++k) {
            (IPlans.Source source, uint32[] memory powerW) = plans.setpoints(k, 0, count);
            (uint8 finalPlus1,) = handler.outcomeOf(k);
            if (finalPlus1 == 0) {
                vm.assertTrue(source == (k == current ? IPlans.Source.Fallback : IPlans.Source.None));
                for (uint32 i = 0; i < count; ++i) {
                    vm.assertEq(powerW[i], k == current ? assets.fallbackPowerW(i) : 0);
                }
            } else {
                vm.assertTrue(source == IPlans.Source.Plan);
                bytes memory posted = handler.setpointsOf(k, finalPlus1 - 1);
                for (uint32 i = 0; i < count; ++i) {
                    uint256 wh;
                    if (2 * i < posted.length) {
                        wh = uint256(uint8(posted[2 * i])) << 8 | uint8(posted[2 * i + 1]);
                        if (wh > 0) --wh;
                    }
                    vm.assertEq(powerW[i], wh * STEPS_PER_HOUR);
                }
            }
        }
    }

    /// Assets are never lost, and only their owners change them.
    function assetsAreWhatTheirOwnersMadeThem() external view {
        Handler.Point[] memory points = handler.points();
        vm.assertEq(assets.chargePointCount(), points.length);
        for (uint32 i = 0; i < points.length; ++i) {
            IAssetRegistry.ChargePoint memory c = assets.chargePointOf(i);
            vm.assertEq(c.operator, points[i].operator);
            vm.assertEq(c.group, points[i].group);
            vm.assertEq(c.pricePerKWhE4, handler.priceOf(i));
            vm.assertEq(c.removed, points[i].removed);
            vm.assertEq(c.ratedPowerW, points[i].ratedW);
        }
        Handler.Group[] memory groups = handler.groups();
        vm.assertEq(assets.groupCount(), groups.length);
        for (uint32 g = 0; g < groups.length; ++g) {
            IAssetRegistry.Group memory group = assets.groupOf(g);
            vm.assertEq(group.operator, groups[g].operator);
            vm.assertEq(group.capacityW, groups[g].capacityW);
            vm.assertEq(group.limitW, groups[g].limitW);
            vm.assertEq(group.removed, groups[g].removed);
            vm.assertEq(group.generation, groups[g].generation);
            vm.assertEq(group.batteryCount, groups[g].batteries);
            vm.assertEq(assets.inverterWOf(g), handler.inverterW(g));
            IAssetRegistry.Pv[] memory pvs = handler.pvs(g);
            vm.assertEq(group.pvCount, pvs.length);
            for (uint32 i = 0; i < pvs.length && !group.removed; ++i) {
                vm.assertEq(abi.encode(assets.pvOf(16 * g + i)), abi.encode(pvs[i]));
            }
        }
        for (uint256 i = 0; i < handler.DRIVERS() + handler.NEWCOMERS(); ++i) {
            vm.assertEq(assets.userOf(handler.driverAt(i)), handler.userOf(handler.driverAt(i)));
        }
    }

    /// Numbers and sums of groups and guests are those of the charge points that are there.
    function countsAreWhatTheChargePointsSay() external view {
        Handler.Point[] memory points = handler.points();
        uint32 groups = assets.groupCount();
        uint8 operators = handler.MOST_OPERATORS();
        for (uint32 g = 0; g < groups; ++g) {
            uint32[] memory numbers = new uint32[](operators + 1);
            uint32[] memory ratedW = new uint32[](operators + 1);
            for (uint256 i = 0; i < points.length; ++i) {
                if (points[i].group != g || points[i].removed) continue;
                ++numbers[points[i].operator];
                ratedW[points[i].operator] += points[i].ratedW;
            }
            IAssetRegistry.Group memory group = assets.groupOf(g);
            uint32 number = numbers[group.operator];
            uint32 sumW = ratedW[group.operator];
            for (uint8 operator = 1; operator <= operators; ++operator) {
                if (operator == group.operator) continue;
                (uint32 inside, uint32 insideW, uint32 maxPoints, uint32 maxRatedW) = assets.guestOf(g, operator);
                Handler.Quota memory quota = handler.quota(g, operator);
                vm.assertEq(inside, numbers[operator]);
                vm.assertEq(insideW, ratedW[operator]);
                vm.assertEq(maxPoints, quota.maxPoints);
                vm.assertEq(maxRatedW, quota.maxRatedW);
                number += inside;
                sumW += insideW;
            }
            vm.assertEq(group.chargePointCount, number);
            vm.assertEq(group.ratedPowerW, sumW);
        }
    }

    /// Ids are taken by what is there, or was until less than two timesteps ago, and by nothing else.
    function churnGrowsNothing() external view {
        Handler.Point[] memory points = handler.points();
        Handler.Group[] memory groups = handler.groups();
        for (uint8 operator = 1; operator <= handler.MOST_OPERATORS(); ++operator) {
            uint32 pointIds;
            for (uint256 i = 0; i < points.length; ++i) {
                if (points[i].operator == operator) ++pointIds;
            }
            vm.assertEq(pointIds, handler.maxPoints(operator));
            uint32 groupIds;
            for (uint256 i = 0; i < groups.length; ++i) {
                if (groups[i].operator == operator) ++groupIds;
            }
            vm.assertEq(groupIds, handler.maxGroups(operator));
        }
    }

    /// What one operator's users hold of another's is counted, and bounded when they ask.
    function holdingsAreTheOpenSessionsOfOthersUsers() external view {
        for (uint8 operator = 1; operator <= handler.MOST_OPERATORS(); ++operator) {
            for (uint8 provider = 1; provider <= handler.MOST_OPERATORS(); ++provider) {
                (uint256 most, uint256 held) = handler.holdings(operator, provider);
                vm.assertEq(charging.heldOf(operator, provider), held);
                vm.assertEq(assets.maxHeld(operator, provider), most);
            }
        }
    }

    /// Sessions are never lost and change only as they must; a charge point and a driver have at most one open one.
    function oneOpenSessionPerChargePointAndDriver() external view {
        Handler.Session[] memory sessions = handler.sessions();
        vm.assertEq(charging.sessionCount(), sessions.length);
        uint32[] memory openAt = new uint32[](handler.points().length);
        bool[] memory driverBusy = new bool[](handler.DRIVERS() + handler.NEWCOMERS());
        for (uint32 id = 1; id <= sessions.length; ++id) {
            ICharging.Session memory s = charging.sessionOf(id);
            vm.assertEq(s.account, sessions[id - 1].account);
            vm.assertEq(s.provider, sessions[id - 1].provider);
            vm.assertEq(s.chargePoint, sessions[id - 1].point);
            vm.assertEq(s.energyWh, sessions[id - 1].energyWh);
            vm.assertEq(s.leastEnergyWh, sessions[id - 1].leastWh);
            vm.assertEq(s.arrivalTimestep, sessions[id - 1].arrivalTimestep);
            vm.assertEq(s.departureTimestep, sessions[id - 1].departureTimestep);
            vm.assertEq(s.offerEnergyWh, sessions[id - 1].offerWh);
            vm.assertTrue(s.status == sessions[id - 1].status);
            if (s.status != ICharging.Status.Requested && s.status != ICharging.Status.Accepted) continue;
            vm.assertEq(openAt[s.chargePoint], 0);
            openAt[s.chargePoint] = id;
            uint256 driver = handler.driverNumber(s.account);
            vm.assertFalse(driverBusy[driver]);
            driverBusy[driver] = true;
        }
        for (uint32 i = 0; i < openAt.length; ++i) {
            vm.assertEq(charging.openSession(i), openAt[i]);
        }
    }

    /// What plans rely on: a promise is something, and no more than was asked for; a car comes before it leaves, and
    /// within a plan's horizon.
    function promisesAndStaysAreWhatPlansCanCountOn() external view {
        for (uint32 id = 1; id <= charging.sessionCount(); ++id) {
            ICharging.Session memory s = charging.sessionOf(id);
            vm.assertGt(s.leastEnergyWh, 0);
            vm.assertLe(s.leastEnergyWh, s.energyWh);
            if (!s.joins) vm.assertEq(s.leastEnergyWh, s.energyWh);
            if (!s.joins) vm.assertEq(s.arrivalTimestep, s.firstTimestep);
            vm.assertLe(s.firstTimestep, s.arrivalTimestep);
            if (s.arrivalTimestep > s.firstTimestep) vm.assertGt(s.departureTimestep, s.arrivalTimestep);
            vm.assertLe(s.arrivalTimestep - s.firstTimestep, 95);
            vm.assertLe(s.departureTimestep, s.arrivalTimestep + 672);
            if (s.status != ICharging.Status.Accepted) continue;
            vm.assertGt(s.offerEnergyWh, 0);
            vm.assertLe(s.offerEnergyWh, s.energyWh);
        }
    }

    /// Meters never go back, and are those of their operators.
    function registersAreWhatTheirMetersReported() external view {
        Handler.Point[] memory points = handler.points();
        for (uint32 i = 0; i < points.length; ++i) {
            vm.assertEq(charging.liveOf(i).registerWh, points[i].registerWh);
        }
        for (uint32 g = 0; g < assets.groupCount(); ++g) {
            vm.assertEq(abi.encode(charging.groupLiveOf(g)), abi.encode(handler.groupLive(g)));
        }
    }

    /// What readers decode from events they hold in 31 bits, registers in 53: nothing greater may stop them. Live power
    /// comes unchecked; readers take it as it comes.
    function readersCanHoldAllNumbers() external view {
        Handler.Point[] memory points = handler.points();
        for (uint32 i = 0; i < points.length; ++i) {
            IAssetRegistry.ChargePoint memory c = assets.chargePointOf(i);
            require31Bits(c.group);
            require31Bits(c.ratedPowerW);
            vm.assertLe(c.minPowerW, c.ratedPowerW);
            vm.assertLe(c.pricePerKWhE4, 1_000_000);
            ICharging.Live memory live = charging.liveOf(i);
            require31Bits(live.session);
            require31Bits(live.reportedTimestep);
            vm.assertLe(live.registerWh, handler.MOST_REGISTER_WH());
        }
        for (uint32 g = 0; g < assets.groupCount(); ++g) {
            IAssetRegistry.Group memory group = assets.groupOf(g);
            require31Bits(group.capacityW);
            require31Bits(group.otherEquipmentMaxW);
            require31Bits(group.limitW);
            require31Bits(group.chargePointCount);
            require31Bits(group.ratedPowerW);
            ICharging.GroupLive memory live = charging.groupLiveOf(g);
            require31Bits(live.reportedTimestep);
            require31Bits(live.loadWh);
            require31Bits(live.pvWh);
            require31Bits(live.firmPvWh);
        }
        for (uint32 id = 1; id <= charging.sessionCount(); ++id) {
            ICharging.Session memory s = charging.sessionOf(id);
            require31Bits(s.energyWh);
            require31Bits(s.firstTimestep);
            require31Bits(s.arrivalTimestep);
            require31Bits(s.departureTimestep);
            require31Bits(s.decidedTimestep);
        }
        // forecasts are in events only
        require31Bits(handler.maxForecast());
    }

    /// The members are those that majorities made members, in their order.
    function membersAreThoseVotedFor() external view {
        uint8[] memory order = handler.order();
        uint256 members = consortium.members();
        vm.assertEq(members >> 248, order.length);
        for (uint256 i = 0; i < order.length; ++i) {
            vm.assertEq(uint8(members >> 8 * i), order[i]);
        }
    }

    /// Fallbacks do not change while a timestep runs, but for what is taken away, and those of a group stay with its other
    /// equipment within the limit that was in force when it began.
    function fallbacksStayWithinTheLimits() external view {
        Handler.Group[] memory groups = handler.groups();
        uint256[] memory sumW = new uint256[](groups.length);
        Handler.Point[] memory points = handler.points();
        for (uint32 i = 0; i < points.length; ++i) {
            uint32 fallbackW = assets.fallbackPowerW(i);
            vm.assertEq(fallbackW, points[i].removed ? 0 : points[i].fallbackAtStartW);
            vm.assertLe(fallbackW, points[i].ratedW);
            sumW[points[i].group] += fallbackW;
        }
        for (uint32 g = 0; g < sumW.length; ++g) {
            if (sumW[g] == 0) continue;
            vm.assertLe(sumW[g] + assets.groupOf(g).otherEquipmentMaxW, groups[g].limitAtStartW);
        }
    }

    function require31Bits(uint256 value) private pure {
        vm.assertLe(value, uint32(type(int32).max));
    }
}
