// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAssetRegistry} from "./IAssetRegistry.sol";
import {ICharging} from "./ICharging.sol";
import {IConsortium} from "./IConsortium.sol";
import {Members} from "./Members.sol";
import {Proof} from "./Proof.sol";
import {Tariff, TariffLibrary} from "./Tariff.sol";

/// @title What the operators own; documented in IAssetRegistry
contract AssetRegistry is IAssetRegistry, EIP712 {
    using Members for uint256;

    /// Setpoints are 16 bit words of Wh per step, stored one higher so that no word is ever 0.
    uint32 private constant MOST_WH_PER_STEP = 65_534;
    uint32 private constant MOST_CAPACITY_W = 1 << 26;
    uint32 private constant MOST_CHARGE_POINTS_PER_GROUP = 1_000;
    /// A post into storage that was never written must fit into a transaction, whoever registers what.
    uint32 private constant MOST_CHARGE_POINTS = 20_000;
    uint32 private constant MOST_CHARGE_POINTS_PER_OPERATOR = 5_000;
    /// Every group costs the planner and each reader something, also an empty one.
    uint32 private constant MOST_GROUPS = 5_000;
    uint32 private constant MOST_GROUPS_PER_OPERATOR = 1_000;
    /// Then no plan or fallback in force can mean what had the id before.
    uint32 private constant TIMESTEPS_BEFORE_REUSE = 2;
    /// Also what ids of PV and batteries leave for each group.
    uint32 private constant MOST_IN_GROUP = 16;
    uint256 private constant MOST_ACCOUNTS = 256;
    uint32 private constant MOST_USERS_PER_OPERATOR = 200_000;
    uint8 private constant LEAST_SHARE_PERCENT = 10;
    uint8 private constant USUAL_SHARE_PERCENT = 25;
    /// However few charge points an operator has: one session must not shut a provider out.
    uint32 private constant LEAST_HELD = 4;
    bytes32 private constant PSEUDONYM = keccak256("Pseudonym(uint8 operator,address account)");
    uint256 private constant MOST_EVSE_ID_BYTES = 48;
    int32 private constant MOST_LATITUDE_E7 = 900_000_000;
    int32 private constant MOST_LONGITUDE_E7 = 1_800_000_000;

    /// What is stored of a `ChargePoint`, in two words where the EVSE id is short.
    struct Point {
        string evseId;
        int32 latitudeE7;
        int32 longitudeE7;
        uint32 ratedPowerW;
        uint32 minPowerW;
        uint32 perKWhE4;
        uint16 vatE4;
        /// There are 5,000 at most.
        uint16 group;
        uint8 connector;
        uint8 operator;
        bool removed;
        /// Registered in this timestep; once it is removed, removed in it.
        uint32 sinceTimestep;
    }

    /// What was announced last for the price of a charge point; the tariff without it stands with the charge point.
    struct Change {
        uint32 perKWhE4;
        uint16 vatE4;
        uint32 fromTimestep;
    }

    /// An operator's ids of one kind. Those of what was removed wait in a queue, the first one for the longest time.
    struct Ids {
        uint32 count;
        /// In use; of charge points only.
        uint32 live;
        /// First and last of the queue, plus 1; 0 when it is empty.
        uint32 head;
        uint32 tail;
    }

    struct Guest {
        uint32 points;
        uint32 ratedW;
        uint32 maxPoints;
        uint32 maxRatedW;
    }

    IConsortium private immutable CONSORTIUM;
    uint32 private immutable STEPS_PER_HOUR;
    uint32 private immutable TIMESTEP_SECONDS;

    Group[] private _groups;
    Point[] private _points;
    mapping(uint8 operator => Ids) private _groupIds;
    mapping(uint8 operator => Ids) private _pointIds;
    /// What waits behind an id in its operator's queue, plus 1.
    mapping(uint32 group => uint32) private _groupBehind;
    mapping(uint32 chargePoint => uint32) private _pointBehind;
    mapping(uint32 chargePoint => Change) private _changes;
    mapping(uint8 provider => Tariff) private _margins;
    mapping(uint32 pv => Pv) private _pvs;
    mapping(uint32 battery => Battery) private _batteries;
    /// By generation too: a group that is given an old one's id starts without guests.
    mapping(uint32 group => mapping(uint32 generation => mapping(uint8 operator => Guest))) private _guests;
    mapping(address account => uint8 operator) private _users;
    mapping(uint8 operator => uint32) private _usersOf;
    mapping(uint8 operator => mapping(uint8 provider => uint8 percent)) private _shares;

    constructor(IConsortium consortium) EIP712("chargeproof", "3") {
        CONSORTIUM = consortium;
        IConsortium.Parameters memory p = consortium.parameters();
        STEPS_PER_HOUR = p.stepsPerHour;
        TIMESTEP_SECONDS = p.timestepSeconds;
    }

    /// @inheritdoc IAssetRegistry
    function registerGroup(uint32 capacityW, uint32 otherEquipmentMaxW, uint8 policyKind, uint16 policyPercent)
        external
        returns (uint32 group)
    {
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        if (capacityW == 0 || capacityW > MOST_CAPACITY_W) revert CapacityOutOfRange(capacityW, MOST_CAPACITY_W);
        if (otherEquipmentMaxW > capacityW) revert OtherEquipmentAboveCapacity(otherEquipmentMaxW, capacityW);
        _requirePolicy(policyKind, policyPercent);
        Ids storage ids = _groupIds[operator];
        uint32 generation;
        if (ids.head != 0 && _isOver(_groups[ids.head - 1].changedTimestep)) {
            group = _dequeue(ids, _groupBehind);
            generation = _groups[group].generation + 1;
        } else {
            if (ids.count == MOST_GROUPS_PER_OPERATOR) revert TooManyGroups(MOST_GROUPS_PER_OPERATOR);
            if (_groups.length == MOST_GROUPS) revert TooManyGroups(MOST_GROUPS);
            ++ids.count;
            group = uint32(_groups.length);
            _groups.push();
        }
        Group storage g = _groups[group];
        g.operator = operator;
        g.capacityW = capacityW;
        g.otherEquipmentMaxW = otherEquipmentMaxW;
        g.limitW = capacityW;
        g.policyKind = policyKind;
        g.policyPercent = policyPercent;
        g.removed = false;
        g.changedTimestep = _timestep();
        g.limitAtStartW = 0;
        g.ratedAtStartW = 0;
        g.generation = generation;
        g.pvCount = 0;
        g.batteryCount = 0;
        emit GroupRegistered(group, operator, capacityW, otherEquipmentMaxW, policyKind, policyPercent);
    }

    /// @inheritdoc IAssetRegistry
    function removeGroup(uint32 group) external {
        Group storage g = _ownGroup(group, IConsortium.Role.Owner);
        if (g.chargePointCount != 0) revert GroupNotEmpty(group, g.chargePointCount);
        _remember(g);
        g.removed = true;
        _enqueue(_groupIds[g.operator], _groupBehind, group);
        emit GroupRemoved(group);
    }

    /// @inheritdoc IAssetRegistry
    function openGroup(uint32 group, uint8 operator, uint32 maxPoints, uint32 maxRatedW) external {
        Group storage g = _ownGroup(group, IConsortium.Role.Owner);
        Guest storage guest = _guests[group][g.generation][operator];
        guest.maxPoints = maxPoints;
        guest.maxRatedW = maxRatedW;
        emit GroupOpened(group, operator, maxPoints, maxRatedW);
    }

    /// @inheritdoc IAssetRegistry
    function setGroupLimit(uint32 group, uint32 limitW) external {
        Group storage g = _ownGroup(group, IConsortium.Role.Meter);
        if (limitW > g.capacityW) revert LimitAboveCapacity(limitW, g.capacityW);
        _remember(g);
        g.limitW = limitW;
        emit GroupLimitChanged(group, limitW);
    }

    /// @inheritdoc IAssetRegistry
    function setGroupPolicy(uint32 group, uint8 policyKind, uint16 policyPercent) external {
        Group storage g = _ownGroup(group, IConsortium.Role.Owner);
        _requirePolicy(policyKind, policyPercent);
        g.policyKind = policyKind;
        g.policyPercent = policyPercent;
        emit GroupPolicyChanged(group, policyKind, policyPercent);
    }

    /// @inheritdoc IAssetRegistry
    function registerChargePoints(ChargePoint[] calldata chargePoints) external returns (uint32[] memory ids) {
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        ids = new uint32[](chargePoints.length);
        for (uint256 i = 0; i < chargePoints.length; ++i) {
            ChargePoint calldata c = chargePoints[i];
            _requireValid(c);
            _join(c.group, operator, c.ratedPowerW);
            uint32 id = _newPoint(operator);
            ids[i] = id;
            Point storage p = _points[id];
            p.evseId = c.evseId;
            p.latitudeE7 = c.latitudeE7;
            p.longitudeE7 = c.longitudeE7;
            p.ratedPowerW = c.ratedPowerW;
            p.minPowerW = c.minPowerW;
            p.perKWhE4 = c.pricePerKWhE4;
            p.vatE4 = c.vatE4;
            p.group = uint16(c.group);
            p.connector = c.connector;
            p.operator = operator;
            p.removed = false;
            p.sinceTimestep = _timestep();
            emit ChargePointRegistered(id, c.group, operator, c.ratedPowerW, c.minPowerW, c.evseId);
            emit ChargePointLocated(id, c.latitudeE7, c.longitudeE7, c.connector);
            emit ChargePointPriced(id, c.pricePerKWhE4, c.vatE4, _timestep(), _timestep());
        }
    }

    /// @inheritdoc IAssetRegistry
    function setPrice(uint32 chargePoint, uint32 pricePerKWhE4, uint16 vatE4, uint32 fromTimestep) external {
        Point storage p = _chargePoint(chargePoint);
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        if (p.operator != operator) revert NotYours(chargePoint, p.operator, operator);
        if (p.removed) revert AlreadyRemoved(chargePoint);
        Tariff memory t = _tariff(chargePoint).withChange(pricePerKWhE4, vatE4, fromTimestep, _timestep());
        (p.perKWhE4, p.vatE4) = (t.perKWhE4, t.vatE4);
        _changes[chargePoint] = Change(pricePerKWhE4, vatE4, fromTimestep);
        emit ChargePointPriced(chargePoint, pricePerKWhE4, vatE4, fromTimestep, _timestep());
    }

    /// @inheritdoc IAssetRegistry
    function setMargin(uint32 marginPerKWhE4, uint32 fromTimestep) external {
        uint8 provider = _caller(IConsortium.Role.Owner, IConsortium.Role.Provider);
        Tariff memory t = _margins[provider];
        _margins[provider] = t.withChange(marginPerKWhE4, 0, fromTimestep, _timestep());
        emit MarginChanged(provider, marginPerKWhE4, fromTimestep, _timestep());
    }

    /// @inheritdoc IAssetRegistry
    function removeChargePoint(uint32 chargePoint) external {
        Point storage p = _chargePoint(chargePoint);
        Group storage g = _groups[p.group];
        uint8 caller = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        uint8 operator = p.operator;
        // whose operator was excluded, whose place it stands in may clear away
        bool may = operator == caller || (g.operator == caller && !CONSORTIUM.members().includes(operator));
        if (!may) revert NotYours(chargePoint, operator, caller);
        if (p.removed) revert AlreadyRemoved(chargePoint);
        uint32 session = ICharging(CONSORTIUM.network().charging).openSession(chargePoint);
        if (session != 0) revert ChargePointInUse(chargePoint, session);
        _remember(g);
        --g.chargePointCount;
        g.ratedPowerW -= p.ratedPowerW;
        if (g.operator != operator) {
            Guest storage guest = _guests[p.group][g.generation][operator];
            --guest.points;
            guest.ratedW -= p.ratedPowerW;
        }
        p.removed = true;
        p.sinceTimestep = _timestep();
        Ids storage ids = _pointIds[operator];
        --ids.live;
        _enqueue(ids, _pointBehind, chargePoint);
        emit ChargePointRemoved(chargePoint);
    }

    /// @inheritdoc IAssetRegistry
    function registerPv(uint32 group, uint32 inverterW, uint32 peakW) external returns (uint32 pv) {
        Group storage g = _ownGroup(group, IConsortium.Role.Owner);
        if (g.pvCount == MOST_IN_GROUP) revert TooManyPvs(MOST_IN_GROUP);
        pv = group * MOST_IN_GROUP + g.pvCount++;
        _pvs[pv] = Pv(group, inverterW, peakW);
        emit PvRegistered(pv, group, inverterW, peakW);
    }

    /// @inheritdoc IAssetRegistry
    function registerBattery(uint32 group, uint32 capacityWh, uint32 powerW) external returns (uint32 battery) {
        Group storage g = _ownGroup(group, IConsortium.Role.Owner);
        if (g.batteryCount == MOST_IN_GROUP) revert TooManyBatteries(MOST_IN_GROUP);
        battery = group * MOST_IN_GROUP + g.batteryCount++;
        _batteries[battery] = Battery(group, capacityWh, powerW);
        emit BatteryRegistered(battery, group, capacityWh, powerW);
    }

    /// @inheritdoc IAssetRegistry
    function registerUsers(address[] calldata accounts, bytes[] calldata proofs) external {
        uint8 operator = _voucher();
        _requireFew(accounts);
        if (proofs.length != accounts.length) revert ProofCount(proofs.length, accounts.length);
        uint256 providers = CONSORTIUM.providers();
        address[] memory registered = new address[](accounts.length);
        uint256 count;
        uint32 added;
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            uint8 taken = _users[account];
            if (taken != operator) {
                // somebody was faster: no reason to keep the others out
                if (providers >> taken & 1 == 1) continue;
                bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PSEUDONYM, operator, account)));
                if (!Proof.isOf(account, digest, proofs[i])) revert BadProof(account);
                // left by an operator that was excluded
                if (taken != 0) --_usersOf[taken];
                _users[account] = operator;
                ++added;
            }
            registered[count++] = account;
        }
        uint32 users = _usersOf[operator] + added;
        if (users > MOST_USERS_PER_OPERATOR) revert TooManyUsers(MOST_USERS_PER_OPERATOR);
        _usersOf[operator] = users;
        assembly ("memory-safe") {
            mstore(registered, count)
        }
        emit UsersRegistered(operator, registered);
    }

    /// @inheritdoc IAssetRegistry
    function retireUsers(address[] calldata accounts) external {
        uint8 operator = _voucher();
        _requireFew(accounts);
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint8 taken = _users[accounts[i]];
            if (taken != operator) revert UserTaken(accounts[i], taken);
            delete _users[accounts[i]];
        }
        _usersOf[operator] -= uint32(accounts.length);
        emit UsersRetired(operator, accounts);
    }

    /// @inheritdoc IAssetRegistry
    function setRoamingShare(uint8 provider, uint8 percent) external {
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        if (percent < LEAST_SHARE_PERCENT || percent > 100) revert ShareOutOfRange(percent, LEAST_SHARE_PERCENT, 100);
        _shares[operator][provider] = percent;
        emit RoamingShareChanged(operator, provider, percent);
    }

    /// @inheritdoc IAssetRegistry
    function groupCount() external view returns (uint32) {
        return uint32(_groups.length);
    }

    /// @inheritdoc IAssetRegistry
    function chargePointCount() external view returns (uint32) {
        return uint32(_points.length);
    }

    /// @inheritdoc IAssetRegistry
    function groupOf(uint32 group) external view returns (Group memory) {
        return _group(group);
    }

    /// @inheritdoc IAssetRegistry
    function guestOf(uint32 group, uint8 operator)
        external
        view
        returns (uint32 points, uint32 ratedW, uint32 maxPoints, uint32 maxRatedW)
    {
        Guest storage guest = _guests[group][_group(group).generation][operator];
        return (guest.points, guest.ratedW, guest.maxPoints, guest.maxRatedW);
    }

    /// @inheritdoc IAssetRegistry
    function chargePointOf(uint32 chargePoint) external view returns (ChargePoint memory) {
        Point storage p = _chargePoint(chargePoint);
        (uint32 pricePerKWhE4, uint16 vatE4) = _tariff(chargePoint).inForce(_timestep());
        return ChargePoint(
            p.evseId,
            p.latitudeE7,
            p.longitudeE7,
            p.ratedPowerW,
            p.minPowerW,
            p.group,
            pricePerKWhE4,
            vatE4,
            p.connector,
            p.operator,
            p.removed
        );
    }

    /// @inheritdoc IAssetRegistry
    function tariffOf(uint32 chargePoint) external view returns (Tariff memory) {
        return _tariff(chargePoint);
    }

    /// @inheritdoc IAssetRegistry
    function marginOf(uint8 provider) external view returns (Tariff memory) {
        return _margins[provider];
    }

    /// @inheritdoc IAssetRegistry
    function pvOf(uint32 pv) external view returns (Pv memory) {
        uint32 group = pv / MOST_IN_GROUP;
        uint32 count = group < _groups.length && !_groups[group].removed ? _groups[group].pvCount : 0;
        if (pv % MOST_IN_GROUP >= count) revert UnknownPv(pv, count);
        return _pvs[pv];
    }

    /// @inheritdoc IAssetRegistry
    function batteryOf(uint32 battery) external view returns (Battery memory) {
        uint32 group = battery / MOST_IN_GROUP;
        uint32 count = group < _groups.length && !_groups[group].removed ? _groups[group].batteryCount : 0;
        if (battery % MOST_IN_GROUP >= count) revert UnknownBattery(battery, count);
        return _batteries[battery];
    }

    /// @inheritdoc IAssetRegistry
    function operatorOf(uint32 chargePoint) external view returns (uint8) {
        return _chargePoint(chargePoint).operator;
    }

    /// @inheritdoc IAssetRegistry
    function inverterWOf(uint32 group) external view returns (uint256 inverterW) {
        uint32 count = _group(group).pvCount;
        for (uint32 i = 0; i < count; ++i) {
            inverterW += _pvs[group * MOST_IN_GROUP + i].inverterW;
        }
    }

    /// @inheritdoc IAssetRegistry
    function userOf(address account) external view returns (uint8) {
        return _users[account];
    }

    /// @inheritdoc IAssetRegistry
    function maxHeld(uint8 operator, uint8 provider) external view returns (uint32) {
        uint256 percent = _shares[operator][provider];
        uint256 most = _pointIds[operator].live * (percent == 0 ? USUAL_SHARE_PERCENT : percent) / 100;
        return most < LEAST_HELD ? LEAST_HELD : uint32(most);
    }

    /// @inheritdoc IAssetRegistry
    function fallbackPowerW(uint32 chargePoint) external view returns (uint32) {
        Point storage p = _chargePoint(chargePoint);
        uint32 current = _timestep();
        if (p.removed || p.sinceTimestep == current) return 0;
        Group storage g = _groups[p.group];
        bool changed = g.changedTimestep == current;
        uint256 limitW = changed ? g.limitAtStartW : g.limitW;
        if (limitW <= g.otherEquipmentMaxW) return 0;
        // above 0: the charge point was there at the start
        uint256 sumW = changed ? g.ratedAtStartW : g.ratedPowerW;
        uint256 shareW = (limitW - g.otherEquipmentMaxW) * p.ratedPowerW / sumW;
        return shareW < p.ratedPowerW ? uint32(shareW) : p.ratedPowerW;
    }

    function _caller(IConsortium.Role either, IConsortium.Role or_) private view returns (uint8) {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        if (operator == 0 || (role != either && role != or_)) revert NotAnOperator(msg.sender);
        return operator;
    }

    /// Who may vouch for users: an operator by its owner or meter account, a provider by either of its accounts.
    function _voucher() private view returns (uint8 provider) {
        IConsortium.Role role;
        (provider, role) = CONSORTIUM.roleOf(msg.sender);
        if (role == IConsortium.Role.None || role == IConsortium.Role.Oracle) revert NotAnOperator(msg.sender);
    }

    function _group(uint32 group) private view returns (Group storage) {
        if (group >= _groups.length) revert UnknownGroup(group, uint32(_groups.length));
        return _groups[group];
    }

    function _groupInUse(uint32 group) private view returns (Group storage g) {
        g = _group(group);
        if (g.removed) revert GroupIsRemoved(group);
    }

    function _ownGroup(uint32 group, IConsortium.Role orRole) private view returns (Group storage g) {
        g = _groupInUse(group);
        uint8 operator = _caller(IConsortium.Role.Owner, orRole);
        if (g.operator != operator) revert NotYours(group, g.operator, operator);
    }

    function _chargePoint(uint32 chargePoint) private view returns (Point storage) {
        if (chargePoint >= _points.length) revert UnknownChargePoint(chargePoint, uint32(_points.length));
        return _points[chargePoint];
    }

    function _tariff(uint32 chargePoint) private view returns (Tariff memory) {
        Point storage p = _chargePoint(chargePoint);
        Change storage c = _changes[chargePoint];
        return Tariff(p.perKWhE4, p.vatE4, c.perKWhE4, c.vatE4, c.fromTimestep);
    }

    function _timestep() private view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    function _isOver(uint32 removedTimestep) private view returns (bool) {
        return removedTimestep + TIMESTEPS_BEFORE_REUSE <= _timestep();
    }

    /// Keeps what was in force at the start of the timestep, before its first change.
    function _remember(Group storage g) private {
        uint32 current = _timestep();
        if (g.changedTimestep == current) return;
        g.changedTimestep = current;
        g.limitAtStartW = g.limitW;
        g.ratedAtStartW = g.ratedPowerW;
    }

    /// Makes room in a group for one more charge point.
    function _join(uint32 group, uint8 operator, uint32 ratedPowerW) private {
        Group storage g = _groupInUse(group);
        if (g.operator != operator) {
            Guest storage guest = _guests[group][g.generation][operator];
            (uint32 maxPoints, uint32 maxRatedW) = (guest.maxPoints, guest.maxRatedW);
            if (maxPoints == 0 && maxRatedW == 0) revert GroupClosed(group, operator);
            uint32 points = guest.points + 1;
            uint32 ratedW = guest.ratedW + ratedPowerW;
            if (points > maxPoints || ratedW > maxRatedW) {
                revert GuestQuotaExceeded(group, operator, points, maxPoints, ratedW, maxRatedW);
            }
            (guest.points, guest.ratedW) = (points, ratedW);
        }
        if (g.chargePointCount == MOST_CHARGE_POINTS_PER_GROUP) revert GroupFull(group, MOST_CHARGE_POINTS_PER_GROUP);
        _remember(g);
        ++g.chargePointCount;
        g.ratedPowerW += ratedPowerW;
    }

    /// @return id of a charge point that the operator removed, or a new one
    function _newPoint(uint8 operator) private returns (uint32 id) {
        Ids storage ids = _pointIds[operator];
        ++ids.live;
        if (ids.head != 0 && _isOver(_points[ids.head - 1].sinceTimestep)) {
            id = _dequeue(ids, _pointBehind);
            delete _changes[id];
            ICharging(CONSORTIUM.network().charging).reset(id);
        } else {
            if (ids.count == MOST_CHARGE_POINTS_PER_OPERATOR) {
                revert TooManyChargePoints(MOST_CHARGE_POINTS_PER_OPERATOR);
            }
            if (_points.length == MOST_CHARGE_POINTS) revert TooManyChargePoints(MOST_CHARGE_POINTS);
            ++ids.count;
            id = uint32(_points.length);
            _points.push();
        }
    }

    function _enqueue(Ids storage ids, mapping(uint32 => uint32) storage behind, uint32 id) private {
        if (ids.tail == 0) ids.head = id + 1;
        else behind[ids.tail - 1] = id + 1;
        ids.tail = id + 1;
    }

    function _dequeue(Ids storage ids, mapping(uint32 => uint32) storage behind) private returns (uint32 id) {
        id = ids.head - 1;
        ids.head = behind[id];
        if (ids.head == 0) ids.tail = 0;
        delete behind[id];
    }

    function _requireValid(ChargePoint calldata c) private view {
        uint32 most = MOST_WH_PER_STEP * STEPS_PER_HOUR;
        if (c.ratedPowerW < STEPS_PER_HOUR || c.ratedPowerW > most) {
            revert RatedPowerOutOfRange(c.ratedPowerW, STEPS_PER_HOUR, most);
        }
        if (c.minPowerW > c.ratedPowerW) revert MinPowerAboveRated(c.minPowerW, c.ratedPowerW);
        bytes calldata evseId = bytes(c.evseId);
        if (evseId.length == 0 || evseId.length > MOST_EVSE_ID_BYTES) {
            revert EvseIdLength(evseId.length, MOST_EVSE_ID_BYTES);
        }
        for (uint256 i = 0; i < evseId.length; ++i) {
            if (evseId[i] < 0x21 || evseId[i] > 0x7e) revert EvseIdCharacter(i);
        }
        if (
            c.latitudeE7 < -MOST_LATITUDE_E7 || c.latitudeE7 > MOST_LATITUDE_E7 || c.longitudeE7 < -MOST_LONGITUDE_E7
                || c.longitudeE7 > MOST_LONGITUDE_E7
        ) revert CoordinatesOutOfRange(c.latitudeE7, c.longitudeE7);
        TariffLibrary.requireValid(c.pricePerKWhE4, c.vatE4);
    }

    function _requireFew(address[] calldata accounts) private pure {
        if (accounts.length > MOST_ACCOUNTS) revert TooManyAccounts(accounts.length, MOST_ACCOUNTS);
    }

    function _requirePolicy(uint8 kind, uint16 percent) private pure {
        bool ok = ((kind == 0 || kind == 3) && percent == 0)
            || ((kind == 1 || kind == 4) && percent >= 100 && percent <= 1000) || (kind == 2 && percent <= 100);
        if (!ok) revert PolicyOutOfRange(kind, percent);
    }
}
