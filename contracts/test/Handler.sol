// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAlgorithmRegistry} from "../src/IAlgorithmRegistry.sol";
import {IAssetRegistry} from "../src/IAssetRegistry.sol";
import {ICharging} from "../src/ICharging.sol";
import {IConsortium} from "../src/IConsortium.sol";
import {IPlans} from "../src/IPlans.sol";
import {ILink, Network} from "./Network.sol";

/// @title What everybody in a network may come up with, and beside it a model of what must come of it
/// @dev Each action knows whether the contracts must allow it. They are made with low-level calls, so that this contract
/// reverts only when they did otherwise.
contract Handler is Network {
    uint8 private constant FOUNDERS = 4;
    uint8 public constant MOST_OPERATORS = 7;
    uint32 public constant GROUPS = 3;
    uint256 public constant DRIVERS = 8;
    uint32 private constant MOST_POINTS = 40;
    uint32 private constant RATED_W = 22_000;
    uint32 private constant OTHER_W = 30_000;
    uint32 public constant MOST_WH_PER_STEP = 1 << 26;
    uint64 public constant MOST_REGISTER_WH = 1 << 53;
    uint32 private constant MOST_FORECAST_STEPS = 672;

    struct Point {
        uint8 operator;
        uint32 group;
        uint32 priceE4;
        bool removed;
        uint64 registerWh;
        uint32 session;
    }

    struct Session {
        address account;
        uint32 point;
        uint32 energyWh;
        uint32 leastWh;
        /// Promised or offered.
        uint32 offerWh;
        uint32 arrivalTimestep;
        uint32 departureTimestep;
        ICharging.Status status;
    }

    // the model
    uint8[] private _order;
    uint8 public lastOperator;
    uint256 private _proposals;
    Point[] private _points;
    uint32[GROUPS] public limitsW;
    Session[] private _sessions;
    mapping(address account => uint32 session) private _openOf;
    mapping(uint8 operator => uint32 timestep) private _reported;
    mapping(uint32 group => mapping(uint8 operator => bool)) private _open;
    IAssetRegistry.Pv[] private _pvs;
    uint256[GROUPS] public inverterW;
    ICharging.GroupLive[GROUPS] private _groupLive;
    /// The greatest field of all forecasts that went through.
    uint256 public mostForecast;
    uint32[] private _timesteps;
    mapping(uint32 timestep => bool) private _touched;
    mapping(uint32 timestep => Plan[]) private _candidates;
    mapping(uint32 timestep => mapping(uint8 operator => uint8)) private _spoke;
    mapping(uint32 timestep => uint8) private _final;
    mapping(uint32 timestep => bool) private _fallback;

    constructor() {
        deployNetwork(FOUNDERS);
        activateAlgorithm(FOUNDERS);
        for (uint8 i = 1; i <= FOUNDERS; ++i) {
            _order.push(i);
        }
        lastOperator = FOUNDERS;
        for (uint32 g = 0; g < GROUPS; ++g) {
            registerGroup(uint8(g + 1), 100_000 * (g + 1), OTHER_W);
            limitsW[g] = 100_000 * (g + 1);
            if (g == 0) {
                // the second operator's charge points stand in the first one's group
                vm.prank(owner(1));
                assets.openGroup(0, 2, 1_000, type(uint32).max);
                _open[0][2] = true;
            }
            addPoints(g == 0 ? 2 : uint8(g + 1), g, 6);
        }
        for (uint256 i = 0; i < DRIVERS; ++i) {
            registerUser(uint8(1 + i % FOUNDERS), driver(i));
        }
        warpTo(K - 1, 0);
    }

    // time

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 20));
        vm.roll(block.number + 1);
    }

    function waitForTheGate(uint256 seconds_) external {
        warpTo(now_(), TIMESTEP_SECONDS - GATE_SECONDS + bound(seconds_, 0, GATE_SECONDS - 1));
        vm.roll(block.number + 1);
    }

    function waitForTheBoundary(uint256 count_) external {
        warpTo(now_() + uint32(bound(count_, 1, 3)), 0);
        vm.roll(block.number + 1);
    }

    // plans

    function post(uint256 who, uint256 variant) external {
        _post(uint8(bound(who, 1, MOST_OPERATORS)), variant);
    }

    function attest(uint256 who, uint256 candidate, uint256 back, bool wrong) external {
        _attest(uint8(bound(who, 1, MOST_OPERATORS)), candidate, now_() + 1 - uint32(back % 3), wrong);
    }

    /// What happens most of the time: everybody speaks in the gate, and most of them for the same.
    function round(uint256 seed) external {
        if (!inGate()) warpTo(now_(), TIMESTEP_SECONDS - GATE_SECONDS);
        vm.warp(block.timestamp + seed % TAKEOVER_SECONDS * 2 % GATE_SECONDS / 4);
        uint32 next = now_() + 1;
        for (uint8 i = 0; i < 6; ++i) {
            uint256 random = mix(seed, i);
            uint8 who = _order[(next + random % 5) % _order.length];
            if (random >> 8 & 3 == 0) _post(who, (random >> 16) % 3);
            else if (_candidates[next].length == 0) _post(_order[next % _order.length], 0);
            else _attest(who, random >> 32 & 1, next, false);
        }
    }

    function declareFallback(uint256 who, uint256 back) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 k = now_() + 1 - uint32(back % 4);
        bool may = isMember(operator) && k <= now_() && k > FIRST_TIMESTEP && _final[k] == 0 && !_fallback[k];
        attempt(may, oracle(operator), address(plans), abi.encodeCall(IPlans.declareFallback, (k)));
        if (may) {
            touch(k);
            _fallback[k] = true;
        }
    }

    function prepare(uint256 words) external {
        attempt(true, STRANGER, address(plans), abi.encodeCall(IPlans.prepare, (words)));
    }

    // members

    function admit(uint256 seed) external {
        if (lastOperator == MOST_OPERATORS) return;
        ++lastOperator;
        bytes memory data = abi.encodeCall(
            IConsortium.proposeAdmission,
            (nameOf(lastOperator), accountsOf(lastOperator), membership(nameOf(lastOperator), accountsOf(lastOperator)))
        );
        carry(seed, data);
        _order.push(lastOperator);
    }

    function exclude(uint256 seed) external {
        if (_order.length < 4) return;
        uint256 at_ = seed % _order.length;
        carry(seed >> 8, abi.encodeCall(IConsortium.proposeExclusion, (_order[at_])));
        for (; at_ + 1 < _order.length; ++at_) {
            _order[at_] = _order[at_ + 1];
        }
        _order.pop();
    }

    // assets

    function setGroupLimit(uint256 who, uint256 group, uint32 limitW) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 g = uint32(group % GROUPS);
        limitW = uint32(bound(limitW, 0, 100_000 * (g + 1) + 100));
        bool may = isMember(operator) && g + 1 == operator && limitW <= 100_000 * (g + 1);
        attempt(may, meter(operator), address(assets), abi.encodeCall(IAssetRegistry.setGroupLimit, (g, limitW)));
        if (may) limitsW[g] = limitW;
    }

    function registerChargePoint(uint256 who, uint256 group) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 g = uint32(group % GROUPS);
        if (_points.length == MOST_POINTS) return;
        if (isMember(operator) && (g + 1 == operator || _open[g][operator])) {
            addPoints(operator, g, 1);
        } else {
            IAssetRegistry.ChargePoint[] memory all = new IAssetRegistry.ChargePoint[](1);
            all[0] = chargePoint(g, RATED_W);
            bytes memory data = abi.encodeCall(IAssetRegistry.registerChargePoints, (all));
            attempt(false, owner(operator), address(assets), data);
        }
    }

    function openGroup(uint256 who, uint256 group, uint256 whom, bool open) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        // who was never a member, too
        uint8 guest = uint8(end(whom, MOST_OPERATORS, type(uint8).max));
        bool may = isMember(operator) && g + 1 == operator;
        attempt(
            may,
            owner(operator),
            address(assets),
            abi.encodeCall(IAssetRegistry.openGroup, (g, guest, open ? 1_000 : 0, open ? type(uint32).max : 0))
        );
        if (may) _open[g][guest] = open;
    }

    function registerPv(uint256 who, uint256 group, uint256 inverterW_, uint256 peakW) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        IAssetRegistry.Pv memory pv = IAssetRegistry.Pv({
            group: g,
            inverterW: uint32(end(inverterW_, 100_000, type(uint32).max)),
            peakW: uint32(end(peakW, 100_000, type(uint32).max))
        });
        bool may = isMember(operator) && g + 1 == operator;
        bytes memory data = abi.encodeCall(IAssetRegistry.registerPv, (g, pv.inverterW, pv.peakW));
        attempt(may, owner(operator), address(assets), data);
        if (!may) return;
        _pvs.push(pv);
        inverterW[g] += pv.inverterW;
    }

    function setPrice(uint256 who, uint256 point, uint32 priceE4) external {
        (uint8 operator, uint32 p) = operatorAndPoint(who, point);
        bool may = isMember(operator) && _points[p].operator == operator;
        attempt(may, owner(operator), address(assets), abi.encodeCall(IAssetRegistry.setPrice, (p, priceE4)));
        if (may) _points[p].priceE4 = priceE4;
    }

    function removeChargePoint(uint256 who, uint256 point) external {
        if (who % 4 > 0) return;
        (uint8 operator, uint32 p) = operatorAndPoint(who / 4, point);
        Point storage c = _points[p];
        bool may = isMember(operator) && c.operator == operator && !c.removed && c.session == 0;
        attempt(may, owner(operator), address(assets), abi.encodeCall(IAssetRegistry.removeChargePoint, (p)));
        if (may) c.removed = true;
    }

    // sessions and meters

    function request(uint256 who, uint256 point, uint256 energyWh, uint256 stay, uint256 seed) external {
        address account = driver(who % (DRIVERS + 1));
        uint32 first = now_() + (inGate() ? 2 : 1);
        bool joins = seed % 8 != 0;
        // plugged in as often as not
        uint32 wait_ = seed % 16 < 8 ? 0 : uint32(end(mix(seed, 0), 10, 95));
        Session memory s = Session({
            account: account,
            point: uint32(point % _points.length),
            energyWh: 0,
            leastWh: 0,
            offerWh: 0,
            arrivalTimestep: first + wait_,
            departureTimestep: now_() + wait_ + uint32(bound(stay, 0, 20)),
            status: ICharging.Status.Requested
        });
        bool may = isMember(uint8(1 + who % (DRIVERS + 1) % FOUNDERS)) && free(s.point) && account != driver(DRIVERS)
            && _openOf[account] == 0 && s.departureTimestep > s.arrivalTimestep && wait_ <= 95 && (joins || wait_ == 0);
        uint256 mostWh = s.departureTimestep > s.arrivalTimestep
            ? uint256(s.departureTimestep - s.arrivalTimestep) * RATED_W / STEPS_PER_HOUR
            : 0;
        s.energyWh = uint32(end(energyWh, mostWh, mostWh));
        s.leastWh = seed % 3 == 0 ? s.energyWh : uint32(end(mix(seed, 1), s.energyWh, s.energyWh));
        may = may && s.energyWh > 0 && s.energyWh <= mostWh && s.leastWh <= s.energyWh
            && s.leastWh >= (joins ? 1 : s.energyWh);
        bytes memory data = abi.encodeCall(
            ICharging.request,
            (s.point, s.energyWh, s.leastWh, arrivalAt(s.arrivalTimestep, seed), timeOf(s.departureTimestep), joins)
        );
        attempt(may, account, address(charging), data);
        if (!may) return;
        _sessions.push(s);
        _points[s.point].session = uint32(_sessions.length);
        _openOf[account] = uint32(_sessions.length);
    }

    function endSession(uint256 who, uint256 session) external {
        if (_sessions.length == 0) return;
        uint32 id = uint32(1 + session % _sessions.length);
        Session storage s = _sessions[id - 1];
        uint8 operator = _points[s.point].operator;
        uint8 other = uint8(bound(who >> 8, 1, MOST_OPERATORS));
        address[4] memory accounts = [s.account, meter(operator), owner(other), driver(who % DRIVERS)];
        address account = accounts[who % 4];
        bool entitled = account == s.account || (account == meter(operator) && isMember(operator))
            || (account == owner(other) && isMember(other) && (other == operator || !isMember(operator)));
        bool may = entitled && (s.status == ICharging.Status.Requested || s.status == ICharging.Status.Accepted);
        attempt(may, account, address(charging), abi.encodeCall(ICharging.endSession, (id)));
        if (may) close(s, ICharging.Status.Ended);
    }

    function reportMeters(uint256 who, uint256 back, uint256 seed) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 k = now_() - uint32(back % 3);
        bool may = isMember(operator) && k < now_() && k > _reported[operator];
        bytes memory entries;
        for (uint32 p = 0; p < _points.length; ++p) {
            uint256 random = mix(seed, p);
            if (_points[p].operator != operator || random % 3 == 0) continue;
            uint64 registerWh = _points[p].registerWh + uint64((random >> 8) % 6_000);
            if (random % 64 == 1 && _points[p].registerWh > 0) {
                registerWh = _points[p].registerWh - 1;
                may = false;
            } else if (random % 64 == 2 || registerWh > MOST_REGISTER_WH) {
                registerWh = MOST_REGISTER_WH;
            } else if (random % 128 == 4) {
                registerWh = MOST_REGISTER_WH + 1;
                may = false;
            }
            entries = bytes.concat(entries, abi.encodePacked(p, registerWh, uint32(random >> 32), uint8(random >> 64)));
        }
        attempt(may, meter(operator), address(charging), abi.encodeCall(ICharging.reportMeters, (k, entries)));
        if (!may) return;
        _reported[operator] = k;
        for (uint256 i = 0; i < entries.length; i += 17) {
            uint256 head;
            assembly ("memory-safe") {
                head := mload(add(add(entries, 32), i))
            }
            _points[head >> 224].registerWh = uint64(head >> 160);
        }
    }

    function reportGroup(uint256 who, uint256 group, uint256 back, uint256 load, uint256 pv, uint256 firmPv) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        ICharging.GroupLive memory live = ICharging.GroupLive({
            reportedTimestep: now_() - uint32(back % 3),
            loadWh: uint32(end(load, 10_000, MOST_WH_PER_STEP)),
            pvWh: uint32(end(pv, 10_000, MOST_WH_PER_STEP)),
            firmPvWh: uint32(end(firmPv, inverterW[g] / STEPS_PER_HOUR, MOST_WH_PER_STEP))
        });
        bool may = isMember(operator) && g + 1 == operator && live.reportedTimestep < now_()
            && live.reportedTimestep > _groupLive[g].reportedTimestep && live.loadWh <= MOST_WH_PER_STEP
            && live.pvWh <= MOST_WH_PER_STEP && live.firmPvWh <= MOST_WH_PER_STEP
            && live.firmPvWh <= inverterW[g] / STEPS_PER_HOUR;
        bytes memory data =
            abi.encodeCall(ICharging.reportGroup, (g, live.reportedTimestep, live.loadWh, live.pvWh, live.firmPvWh));
        attempt(may, meter(operator), address(charging), data);
        if (may) _groupLive[g] = live;
    }

    function publishForecast(uint256 who, uint256 group, uint256 ahead, uint256 steps, uint256 seed) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        ahead = end(ahead, 10, MOST_FORECAST_STEPS - 1);
        steps = end(steps, 3, MOST_FORECAST_STEPS - 1);
        uint256 reserved = end(mix(seed, 0), 5_000, OTHER_W / STEPS_PER_HOUR - 1);
        uint256 expected = bound(mix(seed, 1), 0, reserved);
        uint256 pv = end(mix(seed, 2), 10_000, MOST_WH_PER_STEP - 1);
        // one thing at a time, so that nothing else refuses it
        uint256 wrong = mix(seed, 3) % 10;
        if (wrong == 0) ahead = MOST_FORECAST_STEPS + 1;
        if (wrong == 1) steps = MOST_FORECAST_STEPS + 1;
        if (wrong == 2) reserved = OTHER_W / STEPS_PER_HOUR + 1;
        if (wrong == 3) expected = reserved + 1;
        if (wrong == 4) pv = MOST_WH_PER_STEP + 1;
        bool may = isMember(operator) && g + 1 == operator && ahead > 0 && steps > 0 && wrong > 4;
        uint32 from = now_() + uint32(ahead);
        bytes memory all = new bytes(13 * steps);
        bytes memory step = abi.encodePacked(uint32(expected), uint32(reserved), uint32(pv), uint8(seed));
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = step[i % 13];
        }
        attempt(may, meter(operator), address(charging), abi.encodeCall(ICharging.publishForecast, (g, from, all)));
        if (!may) return;
        uint256[3] memory fields = [from, reserved, pv];
        for (uint256 i = 0; i < fields.length; ++i) {
            if (fields[i] > mostForecast) mostForecast = fields[i];
        }
    }

    // those who may do nothing

    /// Whatever an account without the right role tries, nothing happens.
    function trespass(uint256 seed) external {
        uint8 operator = uint8(1 + (seed >> 8) % lastOperator);
        address[5] memory accounts = [STRANGER, driver(1), address(0), address(plans), oracle(operator)];
        address account = accounts[seed % 5];
        uint32 p = uint32((seed >> 16) % _points.length);
        bytes32 id = sha256(JAR);
        address a = address(assets);
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerGroup, (1_000, 0, 0, 0)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.openGroup, (0, operator, 1, 1)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.setGroupLimit, (0, 1)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.setGroupPolicy, (0, 0, 0)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.setPrice, (p, 1)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.removeChargePoint, (p)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerPv, (0, 1, 1)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerBattery, (0, 1, 1)));
        address[] memory users = new address[](1);
        users[0] = STRANGER;
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerUsers, (users, new bytes[](1))));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.retireUsers, (users)));
        a = address(charging);
        attempt(false, account, a, abi.encodeCall(ICharging.reportMeters, (now_() - 1, "")));
        attempt(false, account, a, abi.encodeCall(ICharging.reportGroup, (0, now_() - 1, 0, 0, 0)));
        attempt(false, account, a, abi.encodeCall(ICharging.publishForecast, (0, now_() + 1, new bytes(13))));
        a = address(consortium);
        attempt(false, account, a, abi.encodeCall(IConsortium.proposeExclusion, (operator)));
        attempt(false, account, a, abi.encodeCall(IConsortium.changeAccounts, (address(1), address(2), "", "")));
        attempt(false, account, a, abi.encodeCall(ILink.link, (account, account, account, account)));
        a = address(algorithms);
        attempt(false, account, a, abi.encodeCall(IAlgorithmRegistry.start, (bytes32(seed), 1, "")));
        attempt(false, account, a, abi.encodeCall(IAlgorithmRegistry.seal, (id)));
        attempt(false, account, a, abi.encodeCall(IAlgorithmRegistry.approve, (id, now_() + 2)));
        if (account == oracle(operator)) return;
        a = address(plans);
        attempt(false, account, a, abi.encodeCall(IPlans.declareFallback, (now_())));
        attempt(false, account, a, abi.encodeCall(IPlans.recordApplied, (now_(), hex"01")));
        if (account == address(plans)) return;
        attempt(
            false, account, address(charging), abi.encodeCall(ICharging.decide, (now_(), acceptance(uint32(seed % 9))))
        );
    }

    // the model, for the invariants

    function driverNumber(address account) external pure returns (uint256 i) {
        while (driver(i) != account) ++i;
    }

    function now_() public view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    function network() external view returns (IConsortium, IAssetRegistry, ICharging, IPlans) {
        return (consortium, assets, charging, plans);
    }

    function order() external view returns (uint8[] memory) {
        return _order;
    }

    function points() external view returns (Point[] memory) {
        return _points;
    }

    function pvs() external view returns (IAssetRegistry.Pv[] memory) {
        return _pvs;
    }

    function groupLive(uint32 group) external view returns (ICharging.GroupLive memory) {
        return _groupLive[group];
    }

    function sessions() external view returns (Session[] memory) {
        return _sessions;
    }

    function timesteps() external view returns (uint32[] memory) {
        return _timesteps;
    }

    function candidateCount(uint32 timestep) external view returns (uint256) {
        return _candidates[timestep].length;
    }

    function hashOf(uint32 timestep, uint256 candidate) public view returns (bytes32) {
        Plan memory p = _candidates[timestep][candidate];
        return keccak256(abi.encode(plans.digestOf(p.commitment, p.setpoints), keccak256(p.decisions)));
    }

    function setpointsOf(uint32 timestep, uint256 candidate) external view returns (bytes memory) {
        return _candidates[timestep][candidate].setpoints;
    }

    function spoke(uint32 timestep, uint8 operator) external view returns (uint8) {
        return _spoke[timestep][operator];
    }

    function outcomeOf(uint32 timestep) external view returns (uint8 finalPlus1, bool declaredFallback) {
        return (_final[timestep], _fallback[timestep]);
    }

    // what the actions are made of

    function _post(uint8 operator, uint256 variant) private {
        uint32 k = now_() + 1;
        Plan memory p = planOf(k, (_points.length + 15) / 16, uint16(variant % 3 * 20_000 + k % 1_000));
        p.decisions = decisionsOf(variant % 3);
        bool may = isMember(operator) && inTurn(operator, k) && _spoke[k][operator] == 0 && k >= K;
        bytes memory data = abi.encodeCall(IPlans.post, (p.commitment, p.setpoints, p.decisions));
        attempt(may, oracle(operator), address(plans), data);
        if (!may) return;
        touch(k);
        bytes32 hash = keccak256(abi.encode(plans.digestOf(p.commitment, p.setpoints), keccak256(p.decisions)));
        uint8 candidate;
        while (candidate < _candidates[k].length && hashOf(k, candidate) != hash) ++candidate;
        if (candidate == _candidates[k].length) {
            Plan storage stored = _candidates[k].push();
            stored.commitment = p.commitment;
            stored.setpoints = p.setpoints;
            stored.decisions = p.decisions;
        }
        count(k, operator, candidate);
    }

    function _attest(uint8 operator, uint256 candidate, uint32 k, bool wrong) private {
        uint256 candidates = _candidates[k].length;
        Plan memory p;
        if (candidates == 0) p = planOf(k, 0, 1);
        else p = _candidates[k][candidate %= candidates];
        bool may = isMember(operator) && candidates > 0 && !wrong && _spoke[k][operator] == 0
            && (k == now_() + 1 || (k == now_() && _final[k] != 0));
        bytes32 digest = plans.digestOf(p.commitment, p.setpoints);
        if (wrong) digest = keccak256(abi.encode(digest));
        bytes memory data = abi.encodeCall(IPlans.attest, (k, uint8(candidate % 256), digest, p.decisions));
        attempt(may, oracle(operator), address(plans), data);
        if (may) count(k, operator, uint8(candidate));
    }

    function count(uint32 k, uint8 operator, uint8 candidate) private {
        _spoke[k][operator] = candidate + 1;
        if (_final[k] != 0) return;
        uint256 votes;
        for (uint256 i = 0; i < _order.length; ++i) {
            if (_spoke[k][_order[i]] == candidate + 1) ++votes;
        }
        if (3 * votes <= 2 * _order.length) return;
        _final[k] = candidate + 1;
        bytes memory decisions = _candidates[k][candidate].decisions;
        for (uint256 i = 0; i < decisions.length; i += 17) {
            uint256 head;
            assembly ("memory-safe") {
                head := mload(add(add(decisions, 32), i))
            }
            Session storage s = _sessions[(head >> 224) - 1];
            if (s.status != ICharging.Status.Requested) continue;
            s.offerWh = uint32(head >> 184);
            if (uint8(head >> 216) != 1) {
                close(s, ICharging.Status.Refused);
                continue;
            }
            s.status = ICharging.Status.Accepted;
            if (s.offerWh == 0 || s.offerWh > s.energyWh) s.offerWh = s.energyWh;
        }
    }

    /// Accepts all requests, refuses all, or every other one; promises all, less, or more than was asked for.
    function decisionsOf(uint256 variant) private view returns (bytes memory decisions) {
        for (uint32 id = 1; id <= _sessions.length; ++id) {
            if (_sessions[id - 1].status != ICharging.Status.Requested) continue;
            bool accepted = variant == 0 || (variant == 1 && id % 2 == 0);
            uint32 promisedWh = id % 3 == 0 ? 0 : _sessions[id - 1].energyWh / (id % 3) + id % 7;
            decisions = bytes.concat(decisions, accepted ? promiseOf(id, promisedWh) : refusal(id, 1, now_() + 9, 3));
        }
    }

    function close(Session storage s, ICharging.Status status) private {
        s.status = status;
        delete _points[s.point].session;
        delete _openOf[s.account];
    }

    function addPoints(uint8 operator, uint32 group, uint256 number) private {
        registerChargePoints(operator, group, number, RATED_W);
        for (uint256 i = 0; i < number; ++i) {
            _points.push(Point(operator, group, 3_000, false, 0, 0));
        }
    }

    /// Makes a proposal and votes for it until it is carried out.
    function carry(uint256 seed, bytes memory data) private {
        for (uint256 i = 0; i <= _order.length / 2; ++i) {
            address account = owner(_order[(seed % 31 + i) % _order.length]);
            if (i > 0) data = abi.encodeCall(IConsortium.vote, (_proposals));
            attempt(true, account, address(consortium), data);
        }
        ++_proposals;
    }

    function attempt(bool allowed, address account, address target, bytes memory data) private {
        vm.prank(account);
        (bool ok, bytes memory answer) = target.call(data);
        if (ok && !allowed) vm.assertTrue(false, "allowed what must not be");
        if (!ok && allowed) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function free(uint32 point) private view returns (bool) {
        return isMember(_points[point].operator) && !_points[point].removed && _points[point].session == 0;
    }

    function timeOf(uint32 timestep) private pure returns (uint64) {
        return uint64(timestep) * TIMESTEP_SECONDS;
    }

    /// A time that is rounded up to the start of a timestep; often 0 or in the past for the first one.
    function arrivalAt(uint32 timestep, uint256 seed) private view returns (uint64) {
        bool first = timestep == now_() + (inGate() ? 2 : 1);
        if (first && seed % 5 == 0) return 0;
        if (first && seed % 5 == 1) return uint64(block.timestamp - seed % 1_000);
        return timeOf(timestep) - uint64(seed / 64 % TIMESTEP_SECONDS);
    }

    function touch(uint32 timestep) private {
        if (_touched[timestep]) return;
        _touched[timestep] = true;
        _timesteps.push(timestep);
    }

    function isMember(uint8 operator) private view returns (bool) {
        for (uint256 i = 0; i < _order.length; ++i) {
            if (_order[i] == operator) return true;
        }
        return false;
    }

    function inGate() private view returns (bool) {
        return block.timestamp % TIMESTEP_SECONDS >= TIMESTEP_SECONDS - GATE_SECONDS;
    }

    function inTurn(uint8 operator, uint32 k) private view returns (bool) {
        if (!inGate()) return false;
        uint256 since = block.timestamp % TIMESTEP_SECONDS - (TIMESTEP_SECONDS - GATE_SECONDS);
        for (uint256 rank = 0; rank < _order.length; ++rank) {
            if (_order[(k + rank) % _order.length] == operator) return since >= rank * TAKEOVER_SECONDS;
        }
        return false;
    }

    /// The group's operator as often as not.
    function operatorAndGroup(uint256 who, uint256 group) private pure returns (uint8 operator, uint32 g) {
        g = uint32(group % GROUPS);
        operator = who % 2 == 0 ? uint8(g + 1) : uint8(bound(who, 1, MOST_OPERATORS));
    }

    /// Something usual half of the time, or an end of the range, or what is just beyond it (in 32 bits).
    function end(uint256 x, uint256 usual, uint256 most) private pure returns (uint256) {
        if (x % 2 == 0) return bound(x / 8, 0, usual);
        uint256 beyond = most < type(uint32).max ? most + 1 : most;
        uint256[4] memory ends = [0, usual, most, beyond];
        return ends[x / 2 % 4];
    }

    function operatorAndPoint(uint256 who, uint256 point) private view returns (uint8 operator, uint32 p) {
        p = uint32(point % _points.length);
        operator = who % 2 == 0 ? _points[p].operator : uint8(bound(who, 1, MOST_OPERATORS));
    }
}
