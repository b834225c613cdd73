// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "./IAssetRegistry.sol";
import {ICharging} from "./ICharging.sol";
import {IConsortium} from "./IConsortium.sol";

/// @title What the operators own; documented in IAssetRegistry
contract AssetRegistry is IAssetRegistry {
    /// Setpoints are 16 bit words of Wh per step, stored one higher so that no word is ever 0.
    uint32 private constant MOST_WH_PER_STEP = 65_534;
    uint32 private constant MOST_CAPACITY_W = 1 << 26;
    uint32 private constant MOST_CHARGE_POINTS_PER_GROUP = 1_000;
    /// A post into storage that was never written must fit into a transaction, whoever registers what.
    uint32 private constant MOST_CHARGE_POINTS = 20_000;
    uint32 private constant MOST_CHARGE_POINTS_PER_OPERATOR = 5_000;
    uint256 private constant MOST_EVSE_ID_BYTES = 48;
    int32 private constant MOST_LATITUDE_E7 = 900_000_000;
    int32 private constant MOST_LONGITUDE_E7 = 1_800_000_000;

    IConsortium private immutable CONSORTIUM;
    uint32 private immutable STEPS_PER_HOUR;

    Group[] private _groups;
    ChargePoint[] private _chargePoints;
    Pv[] private _pvs;
    Battery[] private _batteries;
    mapping(uint32 group => mapping(uint8 operator => bool)) private _open;
    mapping(uint8 operator => uint32) private _chargePointsOf;
    mapping(uint32 group => uint256) private _inverterW;
    mapping(address account => uint8 operator) private _users;

    constructor(IConsortium consortium) {
        CONSORTIUM = consortium;
        STEPS_PER_HOUR = consortium.parameters().stepsPerHour;
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
        group = uint32(_groups.length);
        _groups.push(Group(operator, capacityW, otherEquipmentMaxW, capacityW, 0, policyKind, policyPercent));
        emit GroupRegistered(group, operator, capacityW, otherEquipmentMaxW, policyKind, policyPercent);
    }

    /// @inheritdoc IAssetRegistry
    function openGroup(uint32 group, uint8 operator, bool open) external {
        _ownGroup(group, IConsortium.Role.Owner);
        _open[group][operator] = open;
        emit GroupOpened(group, operator, open);
    }

    /// @inheritdoc IAssetRegistry
    function setGroupLimit(uint32 group, uint32 limitW) external {
        Group storage g = _ownGroup(group, IConsortium.Role.Meter);
        if (limitW > g.capacityW) revert LimitAboveCapacity(limitW, g.capacityW);
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
    function registerChargePoints(ChargePoint[] calldata chargePoints) external returns (uint32 first) {
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        first = uint32(_chargePoints.length);
        if (_chargePointsOf[operator] + chargePoints.length > MOST_CHARGE_POINTS_PER_OPERATOR) {
            revert TooManyChargePoints(MOST_CHARGE_POINTS_PER_OPERATOR);
        }
        if (first + chargePoints.length > MOST_CHARGE_POINTS) revert TooManyChargePoints(MOST_CHARGE_POINTS);
        _chargePointsOf[operator] += uint32(chargePoints.length);
        uint32 most = MOST_WH_PER_STEP * STEPS_PER_HOUR;
        for (uint256 i = 0; i < chargePoints.length; ++i) {
            ChargePoint memory c = chargePoints[i];
            Group storage g = _group(c.group);
            if (g.operator != operator && !_open[c.group][operator]) revert GroupClosed(c.group, operator);
            if (g.chargePointCount == MOST_CHARGE_POINTS_PER_GROUP) {
                revert GroupFull(c.group, MOST_CHARGE_POINTS_PER_GROUP);
            }
            if (c.ratedPowerW < STEPS_PER_HOUR || c.ratedPowerW > most) {
                revert RatedPowerOutOfRange(c.ratedPowerW, STEPS_PER_HOUR, most);
            }
            if (c.minPowerW > c.ratedPowerW) revert MinPowerAboveRated(c.minPowerW, c.ratedPowerW);
            uint256 length = bytes(c.evseId).length;
            if (length == 0 || length > MOST_EVSE_ID_BYTES) revert EvseIdLength(length, MOST_EVSE_ID_BYTES);
            if (
                c.latitudeE7 < -MOST_LATITUDE_E7 || c.latitudeE7 > MOST_LATITUDE_E7
                    || c.longitudeE7 < -MOST_LONGITUDE_E7 || c.longitudeE7 > MOST_LONGITUDE_E7
            ) revert CoordinatesOutOfRange(c.latitudeE7, c.longitudeE7);
            c.operator = operator;
            c.removed = false;
            ++g.chargePointCount;
            uint32 id = uint32(_chargePoints.length);
            _chargePoints.push(c);
            emit ChargePointRegistered(id, c.group, operator, c.ratedPowerW, c.minPowerW, c.evseId);
            emit ChargePointLocated(id, c.latitudeE7, c.longitudeE7, c.connector);
            emit ChargePointPriced(id, c.pricePerKWhE4);
        }
    }

    /// @inheritdoc IAssetRegistry
    function setPrice(uint32 chargePoint, uint32 pricePerKWhE4) external {
        _ownChargePoint(chargePoint).pricePerKWhE4 = pricePerKWhE4;
        emit ChargePointPriced(chargePoint, pricePerKWhE4);
    }

    /// @inheritdoc IAssetRegistry
    function removeChargePoint(uint32 chargePoint) external {
        ChargePoint storage c = _ownChargePoint(chargePoint);
        if (c.removed) revert AlreadyRemoved(chargePoint);
        uint32 session = ICharging(CONSORTIUM.network().charging).openSession(chargePoint);
        if (session != 0) revert ChargePointInUse(chargePoint, session);
        c.removed = true;
        // the group's count stays: if it shrank, a fallback in force would rise above what the others were handed
        emit ChargePointRemoved(chargePoint);
    }

    /// @inheritdoc IAssetRegistry
    function registerPv(uint32 group, uint32 inverterW, uint32 peakW) external returns (uint32 pv) {
        _ownGroup(group, IConsortium.Role.Owner);
        pv = uint32(_pvs.length);
        _pvs.push(Pv(group, inverterW, peakW));
        _inverterW[group] += inverterW;
        emit PvRegistered(pv, group, inverterW, peakW);
    }

    /// @inheritdoc IAssetRegistry
    function registerBattery(uint32 group, uint32 capacityWh, uint32 powerW) external returns (uint32 battery) {
        _ownGroup(group, IConsortium.Role.Owner);
        battery = uint32(_batteries.length);
        _batteries.push(Battery(group, capacityWh, powerW));
        emit BatteryRegistered(battery, group, capacityWh, powerW);
    }

    /// @inheritdoc IAssetRegistry
    function registerUsers(address[] calldata accounts) external {
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Meter);
        address[] memory registered = new address[](accounts.length);
        uint256 count;
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint8 taken = _users[accounts[i]];
            // somebody was faster: no reason to keep the others out
            if (taken != 0 && taken != operator) continue;
            _users[accounts[i]] = operator;
            registered[count++] = accounts[i];
        }
        assembly ("memory-safe") {
            mstore(registered, count)
        }
        emit UsersRegistered(operator, registered);
    }

    /// @inheritdoc IAssetRegistry
    function retireUsers(address[] calldata accounts) external {
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Meter);
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint8 taken = _users[accounts[i]];
            if (taken != operator) revert UserTaken(accounts[i], taken);
            delete _users[accounts[i]];
        }
        emit UsersRetired(operator, accounts);
    }

    /// @inheritdoc IAssetRegistry
    function groupCount() external view returns (uint32) {
        return uint32(_groups.length);
    }

    /// @inheritdoc IAssetRegistry
    function chargePointCount() external view returns (uint32) {
        return uint32(_chargePoints.length);
    }

    /// @inheritdoc IAssetRegistry
    function pvCount() external view returns (uint32) {
        return uint32(_pvs.length);
    }

    /// @inheritdoc IAssetRegistry
    function batteryCount() external view returns (uint32) {
        return uint32(_batteries.length);
    }

    /// @inheritdoc IAssetRegistry
    function groupOf(uint32 group) external view returns (Group memory) {
        return _group(group);
    }

    /// @inheritdoc IAssetRegistry
    function chargePointOf(uint32 chargePoint) external view returns (ChargePoint memory) {
        return _chargePoint(chargePoint);
    }

    /// @inheritdoc IAssetRegistry
    function pvOf(uint32 pv) external view returns (Pv memory) {
        if (pv >= _pvs.length) revert UnknownPv(pv, uint32(_pvs.length));
        return _pvs[pv];
    }

    /// @inheritdoc IAssetRegistry
    function batteryOf(uint32 battery) external view returns (Battery memory) {
        if (battery >= _batteries.length) revert UnknownBattery(battery, uint32(_batteries.length));
        return _batteries[battery];
    }

    /// @inheritdoc IAssetRegistry
    function operatorOf(uint32 chargePoint) external view returns (uint8) {
        return _chargePoint(chargePoint).operator;
    }

    /// @inheritdoc IAssetRegistry
    function inverterWOf(uint32 group) external view returns (uint256) {
        return _inverterW[group];
    }

    /// @inheritdoc IAssetRegistry
    function userOf(address account) external view returns (uint8) {
        return _users[account];
    }

    /// @inheritdoc IAssetRegistry
    function fallbackPowerW(uint32 chargePoint) external view returns (uint32) {
        ChargePoint storage c = _chargePoint(chargePoint);
        Group storage g = _groups[c.group];
        if (g.limitW <= g.otherEquipmentMaxW) return 0;
        uint32 share = (g.limitW - g.otherEquipmentMaxW) / g.chargePointCount;
        return share < c.ratedPowerW ? share : c.ratedPowerW;
    }

    function _caller(IConsortium.Role either, IConsortium.Role or_) private view returns (uint8) {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        if (operator == 0 || (role != either && role != or_)) revert NotAnOperator(msg.sender);
        return operator;
    }

    function _group(uint32 group) private view returns (Group storage) {
        if (group >= _groups.length) revert UnknownGroup(group, uint32(_groups.length));
        return _groups[group];
    }

    function _ownGroup(uint32 group, IConsortium.Role orRole) private view returns (Group storage g) {
        g = _group(group);
        uint8 operator = _caller(IConsortium.Role.Owner, orRole);
        if (g.operator != operator) revert NotYours(group, g.operator, operator);
    }

    function _chargePoint(uint32 chargePoint) private view returns (ChargePoint storage) {
        if (chargePoint >= _chargePoints.length) {
            revert UnknownChargePoint(chargePoint, uint32(_chargePoints.length));
        }
        return _chargePoints[chargePoint];
    }

    function _ownChargePoint(uint32 chargePoint) private view returns (ChargePoint storage c) {
        c = _chargePoint(chargePoint);
        uint8 operator = _caller(IConsortium.Role.Owner, IConsortium.Role.Owner);
        if (c.operator != operator) revert NotYours(chargePoint, c.operator, operator);
    }

    function _requirePolicy(uint8 kind, uint16 percent) private pure {
        bool ok = ((kind == 0 || kind == 3) && percent == 0) || (kind == 1 && percent >= 100 && percent <= 1000)
            || (kind == 2 && percent <= 100);
        if (!ok) revert PolicyOutOfRange(kind, percent);
    }
}
