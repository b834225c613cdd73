// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the operators own: charge points, groups, PV, batteries, and the accounts of their users
/// @notice Only the operator that owns an asset writes it, with its owner's account. Ids count from 0.
interface IAssetRegistry {
    /// @notice Charge points behind one distribution cabinet.
    /// @param operator owns the cabinet; other operators' charge points may join with its consent
    /// @param capacityW what the cabinet carries
    /// @param otherEquipmentMaxW the most that other equipment behind the same cabinet takes
    /// @param limitW what the group may take now, other equipment included; at most the capacity
    /// @param policyKind 0 flat, 1 earliest first up to a multiple of the least peak, 2 green bands, 3 as early
    /// as possible
    /// @param policyPercent 0 for kinds 0 and 3, 100 to 1,000 for kind 1, 0 to 100 for kind 2: see the planner's reference
    struct Group {
        uint8 operator;
        uint32 capacityW;
        uint32 otherEquipmentMaxW;
        uint32 limitW;
        uint32 chargePointCount;
        uint8 policyKind;
        uint16 policyPercent;
    }

    /// @notice OCPI 2.2.1 8.3.2 (EVSE) and 8.3.3 (Connector), as far as all operators need it.
    /// @param evseId eMI3 id, at most 48 characters
    /// @param latitudeE7 degrees times 10^7
    /// @param connector OCPI ConnectorType by number: see the contracts' reference
    /// @param ratedPowerW the most that it delivers
    /// @param minPowerW the least that it delivers other than nothing, at 6 A (IEC 61851-1): 1,380 W with one phase, 4,140 W
    /// with three; 0 = any. At most `ratedPowerW`
    /// @param pricePerKWhE4 ten-thousandths of the network's currency for one kWh
    /// @param operator owner; set by the registry
    struct ChargePoint {
        string evseId;
        int32 latitudeE7;
        int32 longitudeE7;
        uint32 ratedPowerW;
        uint32 minPowerW;
        uint32 group;
        uint32 pricePerKWhE4;
        uint8 connector;
        uint8 operator;
        bool removed;
    }

    struct Pv {
        uint32 group;
        uint32 inverterW;
        uint32 peakW;
    }

    struct Battery {
        uint32 group;
        uint32 capacityWh;
        uint32 powerW;
    }

    event GroupRegistered(
        uint32 indexed group,
        uint8 indexed operator,
        uint32 capacityW,
        uint32 otherEquipmentMaxW,
        uint8 policyKind,
        uint16 policyPercent
    );
    event GroupLimitChanged(uint32 indexed group, uint32 limitW);
    event GroupPolicyChanged(uint32 indexed group, uint8 policyKind, uint16 policyPercent);
    event GroupOpened(uint32 indexed group, uint8 indexed operator, bool open);
    event ChargePointRegistered(
        uint32 indexed chargePoint,
        uint32 indexed group,
        uint8 indexed operator,
        uint32 ratedPowerW,
        uint32 minPowerW,
        string evseId
    );
    event ChargePointLocated(uint32 indexed chargePoint, int32 latitudeE7, int32 longitudeE7, uint8 connector);
    event ChargePointPriced(uint32 indexed chargePoint, uint32 pricePerKWhE4);
    event ChargePointRemoved(uint32 indexed chargePoint);
    event PvRegistered(uint32 indexed pv, uint32 indexed group, uint32 inverterW, uint32 peakW);
    event BatteryRegistered(uint32 indexed battery, uint32 indexed group, uint32 capacityWh, uint32 powerW);
    event UsersRegistered(uint8 indexed operator, address[] accounts);
    event UsersRetired(uint8 indexed operator, address[] accounts);

    error NotAnOperator(address account);
    error NotYours(uint256 asset, uint8 owner, uint8 caller);
    error UnknownGroup(uint32 group, uint32 count);
    error UnknownChargePoint(uint32 chargePoint, uint32 count);
    error UnknownPv(uint32 pv, uint32 count);
    error UnknownBattery(uint32 battery, uint32 count);
    error GroupClosed(uint32 group, uint8 operator);
    error TooManyChargePoints(uint32 most);
    error GroupFull(uint32 group, uint32 most);
    error CapacityOutOfRange(uint32 capacityW, uint32 most);
    error LimitAboveCapacity(uint32 limitW, uint32 capacityW);
    error OtherEquipmentAboveCapacity(uint32 otherEquipmentMaxW, uint32 capacityW);
    error RatedPowerOutOfRange(uint32 ratedPowerW, uint32 least, uint32 most);
    error MinPowerAboveRated(uint32 minPowerW, uint32 ratedPowerW);
    error PolicyOutOfRange(uint8 policyKind, uint16 policyPercent);
    error EvseIdLength(uint256 length, uint256 most);
    error CoordinatesOutOfRange(int32 latitudeE7, int32 longitudeE7);
    error AlreadyRemoved(uint32 chargePoint);
    error ChargePointInUse(uint32 chargePoint, uint32 session);
    error UserTaken(address account, uint8 operator);

    function registerGroup(uint32 capacityW, uint32 otherEquipmentMaxW, uint8 policyKind, uint16 policyPercent)
        external
        returns (uint32 group);

    /// @notice Lets another operator's charge points join a group, or stops it; those inside stay.
    function openGroup(uint32 group, uint8 operator, bool open) external;

    /// @notice What the group may take from the next snapshot on. By the owning operator's owner or meter account.
    function setGroupLimit(uint32 group, uint32 limitW) external;

    function setGroupPolicy(uint32 group, uint8 policyKind, uint16 policyPercent) external;

    /// @notice Registers charge points for the caller. `operator` and `removed` are set by the registry.
    /// @return first id of the first one; the others follow
    function registerChargePoints(ChargePoint[] calldata chargePoints) external returns (uint32 first);

    function setPrice(uint32 chargePoint, uint32 pricePerKWhE4) external;

    /// @notice Takes a charge point out of service for good; not while a session is open on it.
    function removeChargePoint(uint32 chargePoint) external;

    function registerPv(uint32 group, uint32 inverterW, uint32 peakW) external returns (uint32 pv);
    function registerBattery(uint32 group, uint32 capacityWh, uint32 powerW) external returns (uint32 battery);

    /// @notice Makes accounts users of the network, as pseudonyms that an operator vouches for. A wallet takes a fresh
    /// one for every session, so that nobody's movements can be followed. By the operator's owner or meter account: an
    /// oracle's key has one sender only. Accounts that another operator vouches for are passed over.
    function registerUsers(address[] calldata accounts) external;

    function retireUsers(address[] calldata accounts) external;

    function groupCount() external view returns (uint32);
    function chargePointCount() external view returns (uint32);
    function pvCount() external view returns (uint32);
    function batteryCount() external view returns (uint32);
    function groupOf(uint32 group) external view returns (Group memory);
    function chargePointOf(uint32 chargePoint) external view returns (ChargePoint memory);
    function pvOf(uint32 pv) external view returns (Pv memory);
    function batteryOf(uint32 battery) external view returns (Battery memory);

    /// @notice The operator that owns a charge point.
    function operatorOf(uint32 chargePoint) external view returns (uint8);

    /// @notice What all PV inverters of a group can give.
    function inverterWOf(uint32 group) external view returns (uint256);

    /// @return the operator that vouches for an account, 0 for strangers
    function userOf(address account) external view returns (uint8);

    /// @notice What a charge point may take when no plan is final: an equal share of what the group's limit leaves
    /// beside the most that other equipment takes, at most its rated power. The sum over a group can never exceed its limit.
    function fallbackPowerW(uint32 chargePoint) external view returns (uint32);
}
