// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Tariff} from "./Tariff.sol";

/// @title What the operators own: charge points, groups, PV, batteries, and the accounts of their users
/// @notice Only the operator that owns an asset writes it, with its owner's account. Ids of groups and charge points count
/// from 0. What was removed leaves its id to the same operator, which gets it again with a registration two timesteps later or
/// more: then no plan or fallback in force can mean the one that is gone. The ids that an operator has, in use or waiting, are
/// what the caps hold: 1,000 groups and 5,000 charge points of one operator, 5,000 and 20,000 in a network.
interface IAssetRegistry {
    /// @notice Charge points behind one distribution cabinet.
    /// @param operator owns the cabinet; other operators' charge points may join with its consent
    /// @param capacityW what the cabinet carries
    /// @param otherEquipmentMaxW the most that other equipment behind the same cabinet takes
    /// @param limitW what the group may take now, other equipment included; at most the capacity
    /// @param policyKind 0 flat, 1 earliest first up to a multiple of the least peak, 2 green bands, 3 as early
    /// as possible, 4 as 1, with a multiple that plans learn from how much sooner people leave than they say
    /// @param policyPercent 0 for kinds 0 and 3, 100 to 1,000 for kinds 1 and 4, 0 to 100 for kind 2: see the planner's
    /// reference
    /// @param ratedPowerW sum over its charge points
    /// @param changedTimestep of the last change of limit, charge points or removal
    /// @param limitAtStartW, ratedAtStartW what limit and rated power were at the start of `changedTimestep`
    /// @param generation how many groups had the id before
    /// @dev Two words.
    struct Group {
        uint8 operator;
        uint32 capacityW;
        uint32 otherEquipmentMaxW;
        uint32 limitW;
        uint32 chargePointCount;
        uint8 policyKind;
        uint16 policyPercent;
        uint32 ratedPowerW;
        bool removed;
        uint32 changedTimestep;
        uint32 limitAtStartW;
        uint32 ratedAtStartW;
        uint32 generation;
        uint8 pvCount;
        uint8 batteryCount;
    }

    /// @notice OCPI 2.2.1 8.3.2 (EVSE) and 8.3.3 (Connector), as far as all operators need it.
    /// @param evseId eMI3 id, at most 48 characters of printable ASCII without space
    /// @param latitudeE7 degrees times 10^7
    /// @param connector OCPI ConnectorType by number: see the contracts' reference
    /// @param ratedPowerW the most that it delivers
    /// @param minPowerW the least that it delivers other than nothing, at 6 A (IEC 61851-1): 1,380 W with one phase, 4,140 W
    /// with three; 0 = any. At most `ratedPowerW`
    /// @param pricePerKWhE4 ten-thousandths of a euro for one kWh, without VAT, at most 1,000,000: the same for all, whoever
    /// vouches for them. What is in force now, where it is read
    /// @param vatE4 ten-thousandths of the price: 2,100 are 21 %; at most 5,000
    /// @param operator owner; set by the registry
    struct ChargePoint {
        string evseId;
        int32 latitudeE7;
        int32 longitudeE7;
        uint32 ratedPowerW;
        uint32 minPowerW;
        uint32 group;
        uint32 pricePerKWhE4;
        uint16 vatE4;
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
    event GroupOpened(uint32 indexed group, uint8 indexed operator, uint32 maxPoints, uint32 maxRatedW);
    event GroupRemoved(uint32 indexed group);
    event ChargePointRegistered(
        uint32 indexed chargePoint,
        uint32 indexed group,
        uint8 indexed operator,
        uint32 ratedPowerW,
        uint32 minPowerW,
        string evseId
    );
    event ChargePointLocated(uint32 indexed chargePoint, int32 latitudeE7, int32 longitudeE7, uint8 connector);
    /// @param fromTimestep requests that are made in it or later have this price; no earlier one has
    /// @param timestep in which it was announced
    event ChargePointPriced(
        uint32 indexed chargePoint, uint32 pricePerKWhE4, uint16 vatE4, uint32 fromTimestep, uint32 timestep
    );
    /// @param fromTimestep as in `ChargePointPriced`
    /// @param timestep in which it was announced
    event MarginChanged(uint8 indexed provider, uint32 marginPerKWhE4, uint32 fromTimestep, uint32 timestep);
    event ChargePointRemoved(uint32 indexed chargePoint);
    event PvRegistered(uint32 indexed pv, uint32 indexed group, uint32 inverterW, uint32 peakW);
    event BatteryRegistered(uint32 indexed battery, uint32 indexed group, uint32 capacityWh, uint32 powerW);
    event RoamingShareChanged(uint8 indexed operator, uint8 indexed provider, uint8 percent);
    event UsersRegistered(uint8 indexed operator, address[] accounts);
    event UsersRetired(uint8 indexed operator, address[] accounts);

    /// @notice The account has not the role that this needs, or its operator was excluded
    error NotAnOperator(address account);
    /// @notice Only who owns an asset changes it
    error NotYours(uint256 asset, uint8 owner, uint8 caller);
    /// @notice Ids of groups count from 0 up to, not including, `count`
    error UnknownGroup(uint32 group, uint32 count);
    /// @notice Ids of charge points count from 0 up to, not including, `count`
    error UnknownChargePoint(uint32 chargePoint, uint32 count);
    /// @notice The group has `count` PV plants, or was removed
    error UnknownPv(uint32 pv, uint32 count);
    /// @notice The group has `count` batteries, or was removed
    error UnknownBattery(uint32 battery, uint32 count);
    /// @notice Nothing joins or changes a group that was removed
    error GroupIsRemoved(uint32 group);
    /// @notice Remove its charge points first
    error GroupNotEmpty(uint32 group, uint32 chargePoints);
    /// @notice The owner of the group has not opened it to this operator: see `openGroup`
    error GroupClosed(uint32 group, uint8 operator);
    /// @notice What the guest would have in the group, and what it may have
    error GuestQuotaExceeded(
        uint32 group, uint8 operator, uint32 points, uint32 maxPoints, uint32 ratedW, uint32 maxRatedW
    );
    /// @notice The ids that an operator or the network may have are all given
    error TooManyGroups(uint32 most);
    /// @notice So many PV plants in a group
    error TooManyPvs(uint32 most);
    /// @notice So many batteries in a group
    error TooManyBatteries(uint32 most);
    /// @notice The ids that an operator or the network may have are all given
    error TooManyChargePoints(uint32 most);
    /// @notice So many charge points in a group
    error GroupFull(uint32 group, uint32 most);
    /// @notice A capacity is above 0 and at most 67 MW
    error CapacityOutOfRange(uint32 capacityW, uint32 most);
    /// @notice A limit is at most the group's capacity
    error LimitAboveCapacity(uint32 limitW, uint32 capacityW);
    /// @notice Other equipment takes at most the group's capacity
    error OtherEquipmentAboveCapacity(uint32 otherEquipmentMaxW, uint32 capacityW);
    /// @notice Setpoints of 16 bits, in whole Wh of a timestep, hold powers between these two
    error RatedPowerOutOfRange(uint32 ratedPowerW, uint32 least, uint32 most);
    /// @notice The least that a charge point delivers is at most its rated power
    error MinPowerAboveRated(uint32 minPowerW, uint32 ratedPowerW);
    /// @notice Kinds are 0 to 3; kind 1 takes 100 to 1,000 percent, kind 2 up to 100, the others 0
    error PolicyOutOfRange(uint8 policyKind, uint16 policyPercent);
    /// @notice An EVSE id has 1 to 48 characters
    error EvseIdLength(uint256 length, uint256 most);
    /// @notice The character at this place is not printable ASCII, or a space
    error EvseIdCharacter(uint256 index);
    /// @notice Degrees times 10^7: up to 90 north or south, 180 east or west
    error CoordinatesOutOfRange(int32 latitudeE7, int32 longitudeE7);
    /// @notice The charge point was taken out of service
    error AlreadyRemoved(uint32 chargePoint);
    /// @notice End the session first
    error ChargePointInUse(uint32 chargePoint, uint32 session);
    /// @notice Another operator vouches for the account, or nobody
    error UserTaken(address account, uint8 operator);
    /// @notice So many accounts a call
    error TooManyAccounts(uint256 count, uint256 most);
    /// @notice An operator vouches for so many accounts at most: retire some first
    error TooManyUsers(uint32 most);
    /// @notice One proof for each account, be it empty
    error ProofCount(uint256 count, uint256 expected);
    /// @notice The account has not signed what it is to be used for
    error BadProof(address account);
    /// @notice Shares are from the least to the most that an operator may choose
    error ShareOutOfRange(uint8 percent, uint8 least, uint8 most);

    function registerGroup(uint32 capacityW, uint32 otherEquipmentMaxW, uint8 policyKind, uint16 policyPercent)
        external
        returns (uint32 group);

    /// @notice Takes a group without charge points out of service, with its guests' quotas, its PV and its batteries.
    function removeGroup(uint32 group) external;

    /// @notice Lets another operator's charge points join a group, up to a number and a sum of rated power; (0, 0) stops it.
    /// Those inside stay.
    function openGroup(uint32 group, uint8 operator, uint32 maxPoints, uint32 maxRatedW) external;

    /// @notice What a guest has in a group, and what it may have.
    function guestOf(uint32 group, uint8 operator)
        external
        view
        returns (uint32 points, uint32 ratedW, uint32 maxPoints, uint32 maxRatedW);

    /// @notice What the group may take from the next snapshot on, and for fallbacks from the next timestep on. By the owning operator's owner or meter account.
    function setGroupLimit(uint32 group, uint32 limitW) external;

    function setGroupPolicy(uint32 group, uint8 policyKind, uint16 policyPercent) external;

    /// @notice Registers charge points for the caller. `operator` and `removed` are set by the registry.
    /// @return ids in the order of the charge points; those of removed ones come first
    function registerChargePoints(ChargePoint[] calldata chargePoints) external returns (uint32[] memory ids);

    /// @notice Announces a price for requests from a timestep on; a session keeps the price of its request. Replaces what was
    /// announced and has not come.
    /// @param fromTimestep 2 to 672 timesteps ahead
    function setPrice(uint32 chargePoint, uint32 pricePerKWhE4, uint16 vatE4, uint32 fromTimestep) external;

    /// @notice Announces what the calling provider adds to the price of each kWh, at all charge points alike, without VAT; by its
    /// owner. Counts and is replaced as a price is; 0 before the first.
    function setMargin(uint32 marginPerKWhE4, uint32 fromTimestep) external;

    function tariffOf(uint32 chargePoint) external view returns (Tariff memory);

    /// @return the margin as a tariff; its VAT is that of the charge point, and 0 here
    function marginOf(uint8 provider) external view returns (Tariff memory);

    /// @notice Takes a charge point out of service; not while a session is open on it. By its operator, or by the operator of
    /// its group when its operator was excluded. Frees its place in the group and in a guest's quota at once.
    function removeChargePoint(uint32 chargePoint) external;

    /// @return pv id: 16 times the group's plus a number from 0 up; at most 16 in a group
    function registerPv(uint32 group, uint32 inverterW, uint32 peakW) external returns (uint32 pv);

    /// @return battery id: 16 times the group's plus a number from 0 up; at most 16 in a group
    function registerBattery(uint32 group, uint32 capacityWh, uint32 powerW) external returns (uint32 battery);

    /// @notice Makes accounts users of the network, as pseudonyms that an operator vouches for. A wallet takes a fresh
    /// one for every session, so that nobody's movements can be followed. By the operator's owner or meter account: an
    /// oracle's key has one sender only. A provider without charge points does it with either of its accounts. Accounts that
    /// another member or provider vouches for are passed over. At most 256 a call, and
    /// 200,000 of one operator.
    /// @param proofs each account has signed `Pseudonym(uint8 operator,address account)`; counts for nothing, and may be empty,
    /// where the operator vouches for the account already
    function registerUsers(address[] calldata accounts, bytes[] calldata proofs) external;

    /// @notice Makes accounts strangers again, at most 256 a call.
    function retireUsers(address[] calldata accounts) external;

    /// @notice How many of the caller's charge points the users of another operator may hold at once, in percent: 10 to 100,
    /// 25 where nothing was set.
    function setRoamingShare(uint8 provider, uint8 percent) external;

    /// @return how many charge points of an operator the users of another may hold at once: the share, and at least 4
    function maxHeld(uint8 operator, uint8 provider) external view returns (uint32);

    /// @notice Ids of groups that were ever given; some may be of removed ones.
    function groupCount() external view returns (uint32);

    /// @notice Ids of charge points that were ever given; some may be of removed ones.
    function chargePointCount() external view returns (uint32);
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

    /// @notice What a charge point may take when no plan is final: the share of its rated power in what the group's limit leaves
    /// beside the most that other equipment takes, at most its rated power; 0 for one that was registered in the running
    /// timestep. Limit and rated powers count as they were at the start of the timestep: the fallbacks of a group do not
    /// change while it runs, and their sum never exceeds the limit that was in force then.
    function fallbackPowerW(uint32 chargePoint) external view returns (uint32);
}
