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
    uint256 public constant DRIVERS = 24;
    /// Accounts that may become users, beside the drivers.
    uint256 public constant NEWCOMERS = 3;
    uint256 private constant MOST_POINTS = 40;
    uint256 private constant MOST_GROUPS = 8;
    uint32 private constant OTHER_W = 30_000;
    uint32 public constant MOST_WH_PER_STEP = 1 << 26;
    uint64 public constant MOST_REGISTER_WH = 1 << 53;
    uint32 private constant MOST_ENERGY_WH = 1 << 20;
    uint32 private constant MOST_FORECAST_STEPS = 672;
    uint32 private constant MOST_STAY = 672;

    struct Group {
        uint8 operator;
        uint32 capacityW;
        uint32 limitW;
        bool removed;
        uint32 removedTimestep;
        uint32 generation;
        uint32 batteries;
        /// As it was when the running timestep began.
        uint32 limitAtStartW;
    }

    struct Point {
        uint8 operator;
        uint32 group;
        uint32 ratedW;
        uint32 priceE4;
        uint32 nextPriceE4;
        uint32 priceFrom;
        bool removed;
        uint32 sinceTimestep;
        uint64 registerWh;
        uint32 reported;
        uint32 session;
        /// What the contracts gave when the running timestep began.
        uint32 fallbackAtStartW;
    }

    struct Quota {
        uint32 maxPoints;
        uint32 maxRatedW;
    }

    struct Session {
        address account;
        uint8 provider;
        uint32 point;
        uint32 energyWh;
        uint32 leastWh;
        /// Promised or offered.
        uint32 offerWh;
        uint32 arrivalTimestep;
        uint32 departureTimestep;
        ICharging.Status status;
    }

    struct Proposal {
        uint8 proposer;
        uint8 target;
        bool done;
        uint256 expires;
        uint256 votes;
    }

    // the model
    uint8[] private _order;
    uint8 public lastOperator;
    Proposal[] private _proposals;
    Group[] private _groups;
    Point[] private _points;
    /// Ids that wait for being given again, the first one for the longest.
    mapping(uint8 operator => uint32[]) private _waitingGroups;
    mapping(uint8 operator => uint32[]) private _waitingPoints;
    /// The most that an operator ever had, in use or removed less than two timesteps before.
    mapping(uint8 operator => uint32) public maxGroups;
    mapping(uint8 operator => uint32) public maxPoints;
    Session[] private _sessions;
    mapping(address account => uint32 session) private _openOf;
    mapping(address account => uint8 operator) private _userOf;
    mapping(address account => mapping(uint32 timestep => uint256)) private _requests;
    mapping(uint8 operator => mapping(uint8 provider => uint8 percent)) private _shares;
    mapping(uint32 group => mapping(uint32 generation => mapping(uint8 operator => Quota))) private _quotas;
    mapping(uint32 group => IAssetRegistry.Pv[]) private _pvs;
    mapping(uint32 group => ICharging.GroupLive) private _groupLive;
    mapping(uint32 group => mapping(uint32 timestep => uint256)) private _forecasts;
    mapping(uint32 timestep => mapping(uint8 operator => uint256)) private _records;
    /// When an operator started an upload, and when it approved one.
    mapping(uint8 operator => uint256[]) private _starts;
    mapping(uint8 operator => uint256[]) private _approvalTimes;
    mapping(uint32 fromTimestep => uint256 operators) private _approvals;
    uint32 private _lastActivation = K;
    uint256 private _uploads;
    mapping(uint8 operator => bytes32 algorithm) private _uploadOf;
    mapping(uint8 operator => uint256) private _stores;
    /// The timestep that `limitAtStartW` and `fallbackAtStartW` are of.
    uint32 private _started;
    /// The greatest field of all forecasts that went through.
    uint256 public maxForecast;
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
        // `activateAlgorithm` has done this
        _starts[1].push(block.timestamp);
        for (uint8 i = 1; i <= 3; ++i) {
            _approvalTimes[i].push(block.timestamp);
        }
        for (uint32 g = 0; g < 3; ++g) {
            addGroup(uint8(g + 1), 100_000 * (g + 1));
            // the second operator's charge points stand in the first one's group
            if (g == 0) allow(0, 2, 1_000, type(uint32).max);
            addPoints(g == 0 ? 2 : uint8(g + 1), g, 6, 22_000);
        }
        for (uint256 i = 0; i < DRIVERS; ++i) {
            registerUser(uint8(1 + i % FOUNDERS), driver(i));
            _userOf[driver(i)] = uint8(1 + i % FOUNDERS);
        }
        warpTo(K - 1, 0);
        begin();
    }

    // time

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 20));
        begin();
    }

    function waitForTheGate(uint256 seconds_) external {
        warpTo(now_(), TIMESTEP_SECONDS - GATE_SECONDS + bound(seconds_, 0, GATE_SECONDS - 1));
        begin();
    }

    function waitForTheBoundary(uint256 count_) external {
        warpTo(now_() + uint32(bound(count_, 1, 3)), 0);
        begin();
    }

    function waitForWeeks(uint256 days_) external {
        if (days_ % 8 != 0) return;
        warpTo(now_() + 96 * uint32(bound(days_ / 8, 5, 32)), 0);
        begin();
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
        begin();
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

    function recordApplied(uint256 who, uint256 ahead, uint256 length, uint256 times) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 k = now_() + uint32(ahead % 8 == 0 ? 2 : ahead % 2);
        length = end(length, 2, (_points.length + 7) / 8);
        for (uint256 i = 0; i < 1 + times % 5; ++i) {
            bool may =
                isMember(operator) && k < now_() + 2 && length <= (_points.length + 7) / 8 && _records[k][operator] < 4;
            bytes memory data = abi.encodeCall(IPlans.recordApplied, (k, new bytes(length)));
            attempt(may, oracle(operator), address(plans), data);
            if (may) ++_records[k][operator];
        }
    }

    // members

    function admit(uint256 seed) external {
        if (lastOperator == MOST_OPERATORS) return;
        (string memory name, uint8 id) = (nameOf(lastOperator + 1), lastOperator + 1);
        bytes memory data =
            abi.encodeCall(IConsortium.proposeAdmission, (name, accountsOf(id), membership(name, accountsOf(id))));
        if (!carry(seed, 0, data)) return;
        ++lastOperator;
        _order.push(lastOperator);
    }

    function exclude(uint256 seed) external {
        if (_order.length < 4) return;
        uint8 operator = _order[seed % _order.length];
        if (carry(seed >> 8, operator, abi.encodeCall(IConsortium.proposeExclusion, (operator)))) expel(operator);
    }

    /// Proposes without more votes, so that it stays open.
    function propose(uint256 who, uint256 whom, uint256 times) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint8 target = uint8(bound(whom, 1, MOST_OPERATORS));
        bytes memory data = abi.encodeCall(IConsortium.proposeExclusion, (target));
        for (uint256 i = 0; i < (times % 4 == 0 ? 9 : 1); ++i) {
            bool may = isMember(operator) && isMember(target) && openProposals(operator) < 8;
            attempt(may, owner(operator), address(consortium), data);
            if (may) pushProposal(operator, target);
        }
    }

    function vote(uint256 who, uint256 proposal) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint256 id = _proposals.length == 0 ? 0 : proposal % _proposals.length;
        bool may = isMember(operator) && _proposals.length > 0;
        if (may) {
            Proposal storage p = _proposals[id];
            may = !p.done && block.timestamp <= p.expires && p.votes & (1 << operator) == 0;
            // some have to stay
            if (may && _order.length < 4 && isMember(p.target)) return;
        }
        attempt(may, owner(operator), address(consortium), abi.encodeCall(IConsortium.vote, (id)));
        if (!may) return;
        _proposals[id].votes |= 1 << operator;
        if (2 * votesOfMembers(_proposals[id].votes) <= _order.length) return;
        _proposals[id].done = true;
        if (isMember(_proposals[id].target)) expel(_proposals[id].target);
    }

    /// A new member needs a name of its own that shows as it is, and keys of its own.
    function proposeBadAdmission(uint256 who, uint256 seed) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        string[5] memory names = ["Z", nameOf(_order[seed % _order.length]), "a\x1b[2J", "", unicode"a\u202eb"];
        string memory name = names[seed % 5];
        IConsortium.Accounts memory accounts = accountsOf(uint8(40 + seed % 20));
        IConsortium.Proofs memory proofs = membership(name, accounts);
        // the good name comes with a bad proof
        if (seed % 5 == 0) proofs = membership("Y", accounts);
        if (seed % 10 == 5) {
            proofs = membership(name, accounts);
            proofs.meter = proofs.oracle;
        }
        bytes memory data = abi.encodeCall(IConsortium.proposeAdmission, (name, accounts, proofs));
        attempt(false, owner(operator), address(consortium), data);
    }

    /// An operator keeps or swaps its hot accounts without a proof, and gets nobody else's.
    function changeAccounts(uint256 who, uint256 variant) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        (address o, address m) = (oracle(operator), meter(operator));
        bool may = isMember(operator);
        attempt(may, owner(operator), address(consortium), hotAccounts(o, m, ""));
        attempt(may, owner(operator), address(consortium), hotAccounts(m, o, ""));
        attempt(may, owner(operator), address(consortium), hotAccounts(o, m, ""));
        address other = variant % 2 == 0 ? driver(variant / 2 % DRIVERS) : owner(uint8(40 + variant / 2 % 20));
        bytes memory stolen = hotAccount(other, operator + 1, other, m);
        attempt(
            false, owner(operator), address(consortium), hotAccounts(other, m, variant % 4 < 2 ? stolen : bytes(""))
        );
    }

    // the planner's jar

    function startUploads(uint256 who, uint256 times) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        for (uint256 i = 0; i < (times % 4 == 0 ? 33 : 2); ++i) {
            bool may = isMember(operator) && inWindow(_starts[operator]) < 32;
            bytes32 id = bytes32(++_uploads);
            bytes memory data = abi.encodeCall(IAlgorithmRegistry.start, (id, 1, "an upload"));
            attempt(may, owner(operator), address(algorithms), data);
            if (!may) continue;
            _starts[operator].push(block.timestamp);
            _uploadOf[operator] = id;
            _stores[operator] = 0;
        }
    }

    function storeChunk(uint256 who, uint256 times) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        for (uint256 i = 0; i < 1 + times % 5; ++i) {
            bool may = isMember(operator) && _uploadOf[operator] != 0 && _stores[operator] < 4;
            bytes memory data = abi.encodeCall(IAlgorithmRegistry.store, (_uploadOf[operator], 0, "x"));
            attempt(may, owner(operator), address(algorithms), data);
            if (may) ++_stores[operator];
        }
    }

    function approve(uint256 who, uint256 ahead, uint256 times) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 from = now_() + uint32(ahead % 8 == 0 ? end(ahead / 8, 3_000, 366 * 96) : ahead / 8 % 4);
        for (uint256 i = 0; i < (times % 4 == 0 ? 33 : 1); ++i) {
            _approve(operator, from++);
        }
    }

    // assets

    function registerGroup(uint256 who, uint256 capacityW) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        if (_groups.length == MOST_GROUPS) return;
        uint32 w = uint32(end(capacityW, 400_000, 1 << 26));
        if (isMember(operator) && w >= OTHER_W && w <= 1 << 26) return addGroup(operator, w);
        bytes memory data = abi.encodeCall(IAssetRegistry.registerGroup, (w, OTHER_W, 0, 0));
        attempt(false, owner(operator), address(assets), data);
    }

    function removeGroup(uint256 who, uint256 group) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        bool may = owns(operator, g) && pointsIn(g) == 0;
        attempt(may, owner(operator), address(assets), abi.encodeCall(IAssetRegistry.removeGroup, (g)));
        if (!may) return;
        _groups[g].removed = true;
        _groups[g].removedTimestep = now_();
        _waitingGroups[operator].push(g);
    }

    /// Clears a group and registers anew, in the same timestep and at the earliest one in which ids are given again.
    function churn(uint256 seed) external {
        uint32 g = uint32(seed % _groups.length);
        uint8 operator = _groups[g].operator;
        if (!owns(operator, g)) return;
        for (uint32 p = 0; p < _points.length; ++p) {
            if (_points[p].group == g && _points[p].operator == operator) _remove(operator, p);
        }
        if (seed / 8 % 2 == 0) this.removeGroup(0, g);
        for (uint256 i = 0; i < 3; ++i) {
            if (_groups.length < MOST_GROUPS) addGroup(operator, 90_000);
            uint32 last = uint32(_groups.length) - 1;
            if (_points.length < MOST_POINTS - 3) _register(operator, seed / 16 % 2 == 0 ? g : last, 2, 50_000);
            warpTo(now_() + 1, 0);
            begin();
        }
    }

    function setGroupLimit(uint256 who, uint256 group, uint256 limitW) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        uint32 w = uint32(end(limitW, 100_000, _groups[g].capacityW));
        bool may = owns(operator, g) && w <= _groups[g].capacityW;
        attempt(may, meter(operator), address(assets), abi.encodeCall(IAssetRegistry.setGroupLimit, (g, w)));
        if (may) _groups[g].limitW = w;
    }

    function registerChargePoints(uint256 who, uint256 group, uint256 number, uint256 rated) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        if (_points.length + 3 > MOST_POINTS) return;
        uint32[3] memory ratedW = [uint32(11_000), 22_000, 50_000];
        _register(operator, g, 1 + uint32(number % 3), ratedW[rated % 3]);
    }

    function openGroup(uint256 who, uint256 group, uint256 whom, uint256 points_, uint256 ratedW) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        // who was never a member, too
        uint8 guest = uint8(end(whom, MOST_OPERATORS, type(uint8).max));
        Quota memory q = Quota(uint32(end(points_, 4, 1_000)), uint32(end(ratedW, 120_000, type(uint32).max)));
        bool may = owns(operator, g);
        bytes memory data = abi.encodeCall(IAssetRegistry.openGroup, (g, guest, q.maxPoints, q.maxRatedW));
        attempt(may, owner(operator), address(assets), data);
        if (may) _quotas[g][_groups[g].generation][guest] = q;
    }

    function registerPvs(uint256 who, uint256 group, uint256 inverterW_, uint256 peakW, uint256 times) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        IAssetRegistry.Pv memory pv = IAssetRegistry.Pv({
            group: g,
            inverterW: uint32(end(inverterW_, 100_000, type(uint32).max)),
            peakW: uint32(end(peakW, 100_000, type(uint32).max))
        });
        bytes memory data = abi.encodeCall(IAssetRegistry.registerPv, (g, pv.inverterW, pv.peakW));
        for (uint256 i = 0; i < 1 + times % 9; ++i) {
            bool may = owns(operator, g) && _pvs[g].length < 16;
            attempt(may, owner(operator), address(assets), data);
            if (may) _pvs[g].push(pv);
        }
    }

    function registerBatteries(uint256 who, uint256 group, uint256 times) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        bytes memory data = abi.encodeCall(IAssetRegistry.registerBattery, (g, 10_000, 5_000));
        for (uint256 i = 0; i < 1 + times % 9; ++i) {
            bool may = owns(operator, g) && _groups[g].batteries < 16;
            attempt(may, owner(operator), address(assets), data);
            if (may) ++_groups[g].batteries;
        }
    }

    function setPrice(uint256 who, uint256 point, uint256 priceE4, uint256 ahead) external {
        (uint8 operator, uint32 p) = operatorAndPoint(who, point);
        uint32 e4 = uint32(end(priceE4, 5_000, 1_000_000));
        uint32 current = uint32(block.timestamp / TIMESTEP_SECONDS);
        uint32 from = current + uint32(end(ahead, 2, 672));
        bool may = isMember(operator) && _points[p].operator == operator && !_points[p].removed && e4 <= 1_000_000
            && from >= current + 2 && from <= current + 672;
        bytes memory data = abi.encodeCall(IAssetRegistry.setPrice, (p, e4, 2_100, from));
        attempt(may, owner(operator), address(assets), data);
        if (!may) return;
        _points[p].priceE4 = priceOf(p);
        (_points[p].nextPriceE4, _points[p].priceFrom) = (e4, from);
    }

    /// What a kWh costs now, by what was announced.
    function priceOf(uint32 p) public view returns (uint32) {
        Point storage point = _points[p];
        bool changed = point.priceFrom != 0 && point.priceFrom <= block.timestamp / TIMESTEP_SECONDS;
        return changed ? point.nextPriceE4 : point.priceE4;
    }

    function removeChargePoint(uint256 who, uint256 point) external {
        (uint8 operator, uint32 p) = operatorAndPoint(who, point);
        // the owner of the place as often as not
        if (who / 2 % 2 == 0) operator = _groups[_points[p].group].operator;
        _remove(operator, p);
    }

    function setRoamingShare(uint256 who, uint256 whom, uint256 percent) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint8 provider = uint8(bound(whom, 1, MOST_OPERATORS));
        uint8 to = uint8(end(percent, 40, 100));
        bool may = isMember(operator) && to >= 10 && to <= 100;
        bytes memory data = abi.encodeCall(IAssetRegistry.setRoamingShare, (provider, to));
        attempt(may, owner(operator), address(assets), data);
        if (may) _shares[operator][provider] = to;
    }

    /// Nobody becomes a user without having signed, and nobody is taken from a member.
    function registerUser(uint256 who, uint256 i, bool wrong) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        address[] memory accounts = new address[](1);
        accounts[0] = driver(DRIVERS + i % NEWCOMERS);
        uint8 taken = _userOf[accounts[0]];
        bytes[] memory proofs = pseudonyms(wrong ? operator + 1 : operator, accounts);
        bool may = isMember(operator) && (taken == operator || isMember(taken) || !wrong);
        bytes memory data = abi.encodeCall(IAssetRegistry.registerUsers, (accounts, proofs));
        attempt(may, meter(operator), address(assets), data);
        if (may && !isMember(taken)) _userOf[accounts[0]] = operator;
    }

    function retireUser(uint256 who, uint256 i) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        address[] memory accounts = new address[](1);
        accounts[0] = driver(DRIVERS + i % NEWCOMERS);
        bool may = isMember(operator) && _userOf[accounts[0]] == operator;
        bytes memory data = abi.encodeCall(IAssetRegistry.retireUsers, (accounts));
        attempt(may, meter(operator), address(assets), data);
        if (may) delete _userOf[accounts[0]];
    }

    // sessions and meters

    function request(uint256 who, uint256 point, uint256 energyWh, uint256 stay, uint256 seed) external {
        uint32 first = firstTimestep();
        bool joins = seed % 8 != 0;
        // plugged in as often as not
        uint32 wait_ = seed % 16 < 8 ? 0 : uint32(end(mix(seed, 0), 10, 95));
        Session memory s;
        s.account = driver(who % (DRIVERS + NEWCOMERS));
        s.point = uint32(point % _points.length);
        s.arrivalTimestep = first + wait_;
        s.departureTimestep = now_() + wait_ + uint32(seed % 4 == 0 ? end(stay, 672, 673) : bound(stay, 0, 20));
        uint64 departure = timeOf(s.departureTimestep) + uint64(mix(seed, 2) % 2 == 0 ? 0 : stay % TIMESTEP_SECONDS);
        uint256 mostWh = maxEnergyWh(s, departure);
        s.energyWh = uint32(end(energyWh, mostWh, mostWh));
        s.leastWh = seed % 3 == 0 ? s.energyWh : uint32(end(mix(seed, 1), s.energyWh, s.energyWh));
        bool may = (wait_ == 0 ? departure > block.timestamp : s.departureTimestep > s.arrivalTimestep) && wait_ <= 95
            && (joins || wait_ == 0) && s.energyWh > 0 && s.energyWh <= mostWh && s.leastWh <= s.energyWh
            && s.leastWh >= (joins ? 1 : s.energyWh) && departure <= timeOf(s.arrivalTimestep + MOST_STAY);
        _request(s, arrivalAt(s.arrivalTimestep, seed), departure, joins, may);
    }

    /// All users of a provider ask for charge points of one operator at once.
    function rush(uint256 seed) external {
        uint256 d = seed % FOUNDERS;
        for (uint32 p = 0; p < _points.length && d < DRIVERS; ++p) {
            if (_points[p].operator != 1 + seed / 8 % FOUNDERS || !free(p)) continue;
            _request(plain(driver(d), p), 0, timeOf(firstTimestep() + 3), true, true);
            d += FOUNDERS;
        }
    }

    /// Asks and withdraws.
    function insist(uint256 who, uint256 point) external {
        address account = driver(who % DRIVERS);
        for (uint256 i = 0; i < 5; ++i) {
            _request(plain(account, uint32(point % _points.length)), 0, timeOf(firstTimestep() + 3), true, true);
            uint32 open = _openOf[account];
            if (open == 0) return;
            attempt(true, account, address(charging), abi.encodeCall(ICharging.endSession, (open)));
            close(_sessions[open - 1], ICharging.Status.Ended);
        }
    }

    function endSession(uint256 who, uint256 session) external {
        if (_sessions.length == 0) return;
        uint32 id = uint32(1 + session % _sessions.length);
        Session storage s = _sessions[id - 1];
        uint8 operator = _points[s.point].operator;
        uint8 other = uint8(bound(who >> 8, 1, MOST_OPERATORS));
        address[5] memory accounts = [s.account, meter(operator), owner(other), meter(other), driver(who % DRIVERS)];
        address account = accounts[who % 5];
        bool others = account == owner(other) || account == meter(other);
        bool entitled = account == s.account || (account == meter(operator) && isMember(operator))
            || (others && isMember(other) && (other == operator || other == s.provider || !isMember(operator)));
        bool may = entitled && (s.status == ICharging.Status.Requested || s.status == ICharging.Status.Accepted);
        attempt(may, account, address(charging), abi.encodeCall(ICharging.endSession, (id)));
        if (may) close(s, ICharging.Status.Ended);
    }

    function reportMeters(uint256 who, uint256 back, uint256 seed) external {
        uint8 operator = uint8(bound(who, 1, MOST_OPERATORS));
        uint32 k = now_() - uint32(back % 3);
        bool may = isMember(operator) && k < now_();
        bytes memory entries;
        for (uint32 p = 0; p < _points.length; ++p) {
            uint256 random = mix(seed, p);
            if (_points[p].operator != operator || random % 3 == 0) continue;
            if (k <= _points[p].reported) may = false;
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
        for (uint256 i = 0; i < entries.length; i += 17) {
            uint256 head;
            assembly ("memory-safe") {
                head := mload(add(add(entries, 32), i))
            }
            _points[head >> 224].registerWh = uint64(head >> 160);
            _points[head >> 224].reported = k;
        }
    }

    function reportGroup(uint256 who, uint256 group, uint256 back, uint256 load, uint256 pv, uint256 firmPv) external {
        (uint8 operator, uint32 g) = operatorAndGroup(who, group);
        ICharging.GroupLive memory live = ICharging.GroupLive({
            reportedTimestep: now_() - uint32(back % 3),
            loadWh: uint32(end(load, 10_000, MOST_WH_PER_STEP)),
            pvWh: uint32(end(pv, 10_000, MOST_WH_PER_STEP)),
            firmPvWh: uint32(end(firmPv, inverterW(g) / STEPS_PER_HOUR, MOST_WH_PER_STEP))
        });
        bool may = owns(operator, g) && live.reportedTimestep < now_()
            && live.reportedTimestep > _groupLive[g].reportedTimestep && live.loadWh <= MOST_WH_PER_STEP
            && live.pvWh <= MOST_WH_PER_STEP && live.firmPvWh <= MOST_WH_PER_STEP
            && live.firmPvWh <= inverterW(g) / STEPS_PER_HOUR;
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
        bool may = owns(operator, g) && ahead > 0 && steps > 0 && wrong > 4;
        uint32 from = now_() + uint32(ahead);
        bytes memory all = new bytes(13 * steps);
        bytes memory step = abi.encodePacked(uint32(expected), uint32(reserved), uint32(pv), uint8(seed));
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = step[i % 13];
        }
        for (uint256 i = 0; i < (seed % 4 == 0 ? 5 : 1); ++i) {
            _publish(operator, g, from, all, may);
        }
        if (!may) return;
        uint256[3] memory fields = [from, reserved, pv];
        for (uint256 i = 0; i < fields.length; ++i) {
            if (fields[i] > maxForecast) maxForecast = fields[i];
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
        attempt(
            false,
            account,
            a,
            abi.encodeCall(IAssetRegistry.setPrice, (p, 1, 0, uint32(block.timestamp / TIMESTEP_SECONDS) + 2))
        );
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.removeChargePoint, (p)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerPv, (0, 1, 1)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerBattery, (0, 1, 1)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.removeGroup, (uint32(seed >> 16) % 3)));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.setRoamingShare, (operator, 50)));
        address[] memory users = new address[](1);
        users[0] = STRANGER;
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.registerUsers, (users, new bytes[](1))));
        attempt(false, account, a, abi.encodeCall(IAssetRegistry.retireUsers, (users)));
        a = address(charging);
        attempt(false, account, a, abi.encodeCall(ICharging.reset, (p)));
        attempt(false, account, a, abi.encodeCall(ICharging.reportMeters, (now_() - 1, "")));
        attempt(false, account, a, abi.encodeCall(ICharging.reportGroup, (0, now_() - 1, 0, 0, 0)));
        attempt(false, account, a, abi.encodeCall(ICharging.publishForecast, (0, now_() + 1, new bytes(13))));
        a = address(consortium);
        attempt(false, account, a, abi.encodeCall(IConsortium.proposeExclusion, (operator)));
        attempt(false, account, a, abi.encodeCall(IConsortium.changeAccounts, (address(1), address(2), "", "")));
        attempt(false, account, a, abi.encodeCall(ILink.link, (account, account, account, account, noMarket())));
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

    function driverNumber(address account) external view returns (uint256 i) {
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

    function groups() external view returns (Group[] memory) {
        return _groups;
    }

    function pvs(uint32 group) external view returns (IAssetRegistry.Pv[] memory) {
        return _pvs[group];
    }

    function inverterW(uint32 group) public view returns (uint256 sumW) {
        for (uint256 i = 0; i < _pvs[group].length; ++i) {
            sumW += _pvs[group][i].inverterW;
        }
    }

    function quota(uint32 group, uint8 operator) public view returns (Quota memory) {
        return _quotas[group][_groups[group].generation][operator];
    }

    function share(uint8 operator, uint8 provider) public view returns (uint256 percent) {
        percent = _shares[operator][provider];
        if (percent == 0) percent = 25;
    }

    function userOf(address account_) external view returns (uint8) {
        return _userOf[account_];
    }

    function driverAt(uint256 i) external view returns (address) {
        return driver(i);
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

    /// Registers a group where the model expects it.
    function addGroup(uint8 operator, uint32 capacityW) private {
        uint32 g = uint32(_groups.length);
        uint32[] storage waiting = _waitingGroups[operator];
        if (waiting.length > 0 && _groups[waiting[0]].removedTimestep + 2 <= now_()) g = shift(waiting);
        bytes memory data = abi.encodeCall(IAssetRegistry.registerGroup, (capacityW, OTHER_W, 0, 0));
        bytes memory answer = attempt(true, owner(operator), address(assets), data);
        vm.assertEq(abi.decode(answer, (uint32)), g, "id of the group");
        uint32 generation;
        if (g == _groups.length) _groups.push();
        else generation = _groups[g].generation + 1;
        _groups[g] = Group(operator, capacityW, capacityW, false, 0, generation, 0, 0);
        delete _pvs[g];
        delete _groupLive[g];
        uint32 taken;
        for (uint256 i = 0; i < _groups.length; ++i) {
            if (_groups[i].operator != operator) continue;
            if (!_groups[i].removed || _groups[i].removedTimestep + 2 > now_()) ++taken;
        }
        if (taken > maxGroups[operator]) maxGroups[operator] = taken;
    }

    function _register(uint8 operator, uint32 g, uint32 number, uint32 ratedW) private {
        bool may = isMember(operator) && !_groups[g].removed;
        if (_groups[g].operator != operator) {
            (uint32 points_, uint32 sumW) = guestIn(g, operator);
            Quota memory q = quota(g, operator);
            may = may && points_ + number <= q.maxPoints && sumW + number * ratedW <= q.maxRatedW;
        }
        if (may) addPoints(operator, g, number, ratedW);
        else attempt(false, owner(operator), address(assets), registration(g, number, ratedW));
    }

    /// Registers charge points where the model expects them.
    function addPoints(uint8 operator, uint32 g, uint32 number, uint32 ratedW) private {
        bytes memory answer = attempt(true, owner(operator), address(assets), registration(g, number, ratedW));
        uint32[] memory ids = abi.decode(answer, (uint32[]));
        uint32[] storage waiting = _waitingPoints[operator];
        for (uint256 i = 0; i < number; ++i) {
            uint32 p = uint32(_points.length);
            if (waiting.length > 0 && _points[waiting[0]].sinceTimestep + 2 <= now_()) p = shift(waiting);
            else _points.push();
            vm.assertEq(ids[i], p, "id of the charge point");
            _points[p] = Point(operator, g, ratedW, 3_000, 0, 0, false, now_(), 0, 0, 0, 0);
        }
        uint32 taken;
        for (uint256 i = 0; i < _points.length; ++i) {
            if (_points[i].operator != operator) continue;
            if (!_points[i].removed || _points[i].sinceTimestep + 2 > now_()) ++taken;
        }
        if (taken > maxPoints[operator]) maxPoints[operator] = taken;
    }

    function registration(uint32 g, uint32 number, uint32 ratedW) private pure returns (bytes memory) {
        IAssetRegistry.ChargePoint[] memory all = new IAssetRegistry.ChargePoint[](number);
        for (uint256 i = 0; i < number; ++i) {
            all[i] = chargePoint(g, ratedW);
        }
        return abi.encodeCall(IAssetRegistry.registerChargePoints, (all));
    }

    function _remove(uint8 operator, uint32 p) private {
        Point storage c = _points[p];
        bool place = _groups[c.group].operator == operator && !isMember(c.operator);
        bool may = isMember(operator) && (c.operator == operator || place) && !c.removed && c.session == 0;
        attempt(may, owner(operator), address(assets), abi.encodeCall(IAssetRegistry.removeChargePoint, (p)));
        if (!may) return;
        c.removed = true;
        c.sinceTimestep = now_();
        _waitingPoints[c.operator].push(p);
    }

    function allow(uint32 g, uint8 operator, uint32 mostPoints_, uint32 maxRatedW) private {
        vm.prank(owner(_groups[g].operator));
        assets.openGroup(g, operator, mostPoints_, maxRatedW);
        _quotas[g][0][operator] = Quota(mostPoints_, maxRatedW);
    }

    /// The first of a list, which it leaves.
    function shift(uint32[] storage list) private returns (uint32 first) {
        first = list[0];
        for (uint256 i = 1; i < list.length; ++i) {
            list[i - 1] = list[i];
        }
        list.pop();
    }

    function owns(uint8 operator, uint32 g) private view returns (bool) {
        return isMember(operator) && _groups[g].operator == operator && !_groups[g].removed;
    }

    function pointsIn(uint32 g) private view returns (uint256 number) {
        for (uint256 i = 0; i < _points.length; ++i) {
            if (_points[i].group == g && !_points[i].removed) ++number;
        }
    }

    function guestIn(uint32 g, uint8 operator) private view returns (uint32 number, uint32 ratedW) {
        for (uint256 i = 0; i < _points.length; ++i) {
            Point storage p = _points[i];
            if (p.group != g || p.operator != operator || p.removed) continue;
            ++number;
            ratedW += p.ratedW;
        }
    }

    /// How many charge points of an operator the users of another may hold, and how many they do.
    function holdings(uint8 operator, uint8 provider) public view returns (uint256 most, uint256 held) {
        for (uint256 i = 0; i < _points.length; ++i) {
            if (_points[i].operator != operator) continue;
            if (!_points[i].removed) ++most;
            uint32 open = _points[i].session;
            if (open != 0 && _sessions[open - 1].provider == provider && provider != operator) ++held;
        }
        most = most * share(operator, provider) / 100;
        if (most < 4) most = 4;
    }

    function firstTimestep() private view returns (uint32) {
        return now_() + (inGate() ? 2 : 1);
    }

    function maxEnergyWh(Session memory s, uint64 departure) private view returns (uint256 wh) {
        uint256 start = s.arrivalTimestep == firstTimestep() ? block.timestamp : timeOf(s.arrivalTimestep);
        if (departure <= start) return 0;
        wh = _points[s.point].ratedW / STEPS_PER_HOUR * (departure - start) / TIMESTEP_SECONDS;
        if (wh > MOST_ENERGY_WH) wh = MOST_ENERGY_WH;
    }

    function plain(address account_, uint32 point) private view returns (Session memory s) {
        (s.account, s.point, s.energyWh, s.leastWh) = (account_, point, 1_000, 500);
        (s.arrivalTimestep, s.departureTimestep) = (firstTimestep(), firstTimestep() + 3);
    }

    function _request(Session memory s, uint64 arrival, uint64 departure, bool joins, bool may) private {
        s.provider = _userOf[s.account];
        s.status = ICharging.Status.Requested;
        uint8 operator = _points[s.point].operator;
        may =
            may && isMember(s.provider) && free(s.point) && _openOf[s.account] == 0 && _requests[s.account][now_()] < 4;
        if (operator != s.provider) {
            (uint256 most, uint256 held) = holdings(operator, s.provider);
            may = may && held < most;
        }
        bytes memory data =
            abi.encodeCall(ICharging.request, (s.point, s.energyWh, s.leastWh, arrival, departure, joins));
        attempt(may, s.account, address(charging), data);
        if (!may) return;
        ++_requests[s.account][now_()];
        _sessions.push(s);
        _points[s.point].session = uint32(_sessions.length);
        _openOf[s.account] = uint32(_sessions.length);
    }

    function _publish(uint8 operator, uint32 g, uint32 from, bytes memory steps, bool may) private {
        may = may && _forecasts[g][now_()] < 4;
        bytes memory data = abi.encodeCall(ICharging.publishForecast, (g, from, steps));
        attempt(may, meter(operator), address(charging), data);
        if (may) ++_forecasts[g][now_()];
    }

    function _approve(uint8 operator, uint32 from) private {
        bool may = isMember(operator) && from >= now_() + 2 && from > _lastActivation && from <= now_() + 366 * 96
            && _approvals[from] & (1 << operator) == 0 && inWindow(_approvalTimes[operator]) < 32;
        bytes memory data = abi.encodeCall(IAlgorithmRegistry.approve, (sha256(JAR), from));
        attempt(may, owner(operator), address(algorithms), data);
        if (!may) return;
        _approvalTimes[operator].push(block.timestamp);
        _approvals[from] |= 1 << operator;
        if (3 * votesOfMembers(_approvals[from]) > 2 * _order.length) _lastActivation = from;
    }

    function inWindow(uint256[] storage times) private view returns (uint256 number) {
        for (uint256 i = times.length; i > 0 && block.timestamp < times[i - 1] + 30 days; --i) {
            ++number;
        }
    }

    function votesOfMembers(uint256 votes) private view returns (uint256 number) {
        for (uint256 i = 0; i < _order.length; ++i) {
            if (votes >> _order[i] & 1 == 1) ++number;
        }
    }

    function openProposals(uint8 operator) private view returns (uint256 number) {
        for (uint256 i = 0; i < _proposals.length; ++i) {
            Proposal storage p = _proposals[i];
            if (p.proposer == operator && !p.done && block.timestamp <= p.expires) ++number;
        }
    }

    function pushProposal(uint8 proposer, uint8 target) private {
        _proposals.push(Proposal(proposer, target, false, block.timestamp + 30 days, 1 << proposer));
    }

    function expel(uint8 operator) private {
        uint256 at_;
        while (_order[at_] != operator) ++at_;
        for (; at_ + 1 < _order.length; ++at_) {
            _order[at_] = _order[at_ + 1];
        }
        _order.pop();
    }

    function hotAccounts(address newOracle, address newMeter, bytes memory proof) private pure returns (bytes memory) {
        return abi.encodeCall(IConsortium.changeAccounts, (newOracle, newMeter, proof, ""));
    }

    /// Looks at what is in force when a timestep begins.
    function begin() private {
        vm.roll(block.number + 1);
        if (_started == now_()) return;
        _started = now_();
        for (uint256 g = 0; g < _groups.length; ++g) {
            _groups[g].limitAtStartW = _groups[g].limitW;
        }
        for (uint32 p = 0; p < _points.length; ++p) {
            _points[p].fallbackAtStartW = assets.fallbackPowerW(p);
        }
    }

    /// Makes a proposal and votes for it until it is carried out.
    /// @return whether it was, and the proposer has not too many open ones
    function carry(uint256 seed, uint8 target, bytes memory data) private returns (bool) {
        uint8 proposer = _order[seed % 31 % _order.length];
        if (openProposals(proposer) == 8) {
            attempt(false, owner(proposer), address(consortium), data);
            return false;
        }
        for (uint256 i = 0; i <= _order.length / 2; ++i) {
            address account_ = owner(_order[(seed % 31 + i) % _order.length]);
            if (i > 0) data = abi.encodeCall(IConsortium.vote, (_proposals.length));
            attempt(true, account_, address(consortium), data);
        }
        pushProposal(proposer, target);
        _proposals[_proposals.length - 1].done = true;
        return true;
    }

    function attempt(bool allowed, address account_, address target, bytes memory data)
        private
        returns (bytes memory answer)
    {
        bool ok;
        vm.prank(account_);
        (ok, answer) = target.call(data);
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
    function operatorAndGroup(uint256 who, uint256 group) private view returns (uint8 operator, uint32 g) {
        g = uint32(group % _groups.length);
        operator = who % 2 == 0 ? _groups[g].operator : uint8(bound(who, 1, MOST_OPERATORS));
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
