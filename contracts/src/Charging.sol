// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "./IAssetRegistry.sol";
import {IChannels} from "./IChannels.sol";
import {ICharging} from "./ICharging.sol";
import {IConsortium} from "./IConsortium.sol";
import {Members} from "./Members.sol";

/// @title Requests, sessions, status, meters and forecasts; documented in ICharging
contract Charging is ICharging {
    using Members for uint256;

    uint256 private constant METER_ENTRY_BYTES = 17;
    uint256 private constant FORECAST_STEP_BYTES = 13;
    uint256 private constant DECISION_BYTES = 17;
    uint256 private constant MOST_FORECAST_STEPS = 672;
    /// All readers keep what was forecast.
    uint256 private constant MOST_FORECASTS = 4;
    /// A week of quarter-hours: nobody keeps a charge point for ever.
    uint32 private constant MOST_STAY_TIMESTEPS = 672;
    uint256 private constant MOST_REQUESTS_OF_ACCOUNT = 4;
    /// Twice what a timestep decides.
    uint256 private constant MOST_REQUESTS_OF_PROVIDER = 1_024;
    /// A plan looks 96 timesteps ahead, and a car has to come in one of them.
    uint32 private constant MOST_TIMESTEPS_TO_ARRIVAL = 95;
    /// The planner sums the energy of at most 1,000 sessions of a group in 30 bits.
    uint32 private constant MOST_ENERGY_WH = 1 << 20;
    /// What a group or a PV plant can come to in one timestep; the planner's sums rely on it.
    uint32 private constant MOST_WH_PER_STEP = 1 << 26;
    uint64 private constant MOST_REGISTER_WH = 1 << 53;
    uint8 private constant AVAILABLE = 0;

    /// What was done how often in one timestep.
    struct Tally {
        uint32 timestep;
        uint32 count;
    }

    struct Account {
        uint32 session;
        Tally requests;
    }

    IConsortium private immutable CONSORTIUM;
    IAssetRegistry private immutable ASSETS;
    uint32 private immutable TIMESTEP_SECONDS;
    uint32 private immutable GATE_SECONDS;
    uint32 private immutable STEPS_PER_HOUR;

    uint32 private _lastSession;
    mapping(uint32 session => Session) private _sessions;
    mapping(uint32 chargePoint => Live) private _live;
    /// By group and generation: what was reported of a group that is gone is not the next one's.
    mapping(uint32 group => mapping(uint32 generation => GroupLive)) private _groupLive;
    mapping(uint32 battery => mapping(uint32 generation => BatteryLive)) private _batteryLive;
    mapping(address account => Account) private _accountOf;
    mapping(uint8 provider => Tally) private _requestsOf;
    mapping(uint8 operator => mapping(uint8 provider => uint32)) private _held;
    mapping(uint32 group => Tally) private _forecasts;

    constructor(IConsortium consortium, IAssetRegistry assets) {
        CONSORTIUM = consortium;
        ASSETS = assets;
        IConsortium.Parameters memory p = consortium.parameters();
        TIMESTEP_SECONDS = p.timestepSeconds;
        GATE_SECONDS = p.gateSeconds;
        STEPS_PER_HOUR = p.stepsPerHour;
    }

    /// @inheritdoc ICharging
    function request(
        uint32 chargePoint,
        uint32 energyWh,
        uint32 leastEnergyWh,
        uint64 arrival,
        uint64 departure,
        bool joins
    ) external returns (uint32 session) {
        // an operator's bit is set as long as it is a member
        uint256 providers = CONSORTIUM.providers();
        uint8 provider = ASSETS.userOf(msg.sender);
        if (providers >> provider & 1 == 0) revert NotAUser(msg.sender);
        IAssetRegistry.ChargePoint memory c = ASSETS.chargePointOf(chargePoint);
        if (c.removed || providers >> c.operator & 1 == 0) revert ChargePointOutOfService(chargePoint);
        if (_live[chargePoint].session != 0) revert ChargePointOccupied(chargePoint, _live[chargePoint].session);
        if (_accountOf[msg.sender].session != 0) revert AccountBusy(msg.sender, _accountOf[msg.sender].session);
        if (energyWh == 0) revert NoEnergy();
        uint32 least = joins ? 1 : energyWh;
        if (leastEnergyWh < least || leastEnergyWh > energyWh) {
            revert LeastEnergyOutOfRange(leastEnergyWh, least, energyWh);
        }
        if (departure <= block.timestamp) revert DepartureInPast(departure, uint64(block.timestamp));

        uint32 first = _firstTimestep();
        uint32 arrivalTimestep = _arrivalTimestep(arrival, first, joins);
        uint32 departureTimestep = uint32(departure / TIMESTEP_SECONDS);
        uint256 most = c.ratedPowerW / STEPS_PER_HOUR;
        // timesteps and seconds have 32 bits, and the departure is after both starts
        unchecked {
            uint64 start = uint64(arrivalTimestep) * TIMESTEP_SECONDS;
            uint64 latest = start + uint64(MOST_STAY_TIMESTEPS) * TIMESTEP_SECONDS;
            if (departure > latest) revert StayTooLong(departure, latest);
            if (arrivalTimestep == first) {
                // a car that is there may draw interim power from this block on
                start = uint64(block.timestamp);
            } else if (departureTimestep <= arrivalTimestep) {
                revert DepartureTooSoon(departure, start + TIMESTEP_SECONDS);
            }
            most = most * (departure - start) / TIMESTEP_SECONDS;
        }
        if (most > MOST_ENERGY_WH) most = MOST_ENERGY_WH;
        if (energyWh > most) revert EnergyBeyondConnector(energyWh, uint32(most));

        _tally(_accountOf[msg.sender].requests, MOST_REQUESTS_OF_ACCOUNT);
        _tally(_requestsOf[provider], MOST_REQUESTS_OF_PROVIDER);
        if (provider != c.operator) _hold(c.operator, provider);

        session = ++_lastSession;
        Session storage s = _sessions[session];
        s.account = msg.sender;
        s.chargePoint = chargePoint;
        s.energyWh = energyWh;
        s.leastEnergyWh = leastEnergyWh;
        s.status = Status.Requested;
        s.joins = joins;
        s.provider = provider;
        s.firstTimestep = first;
        s.arrivalTimestep = arrivalTimestep;
        s.departureTimestep = departureTimestep;
        _live[chargePoint].session = session;
        _accountOf[msg.sender].session = session;
        emit ChargingRequested(
            session,
            chargePoint,
            msg.sender,
            provider,
            energyWh,
            leastEnergyWh,
            arrivalTimestep,
            departureTimestep,
            joins,
            first,
            uint32(block.timestamp / TIMESTEP_SECONDS)
        );
    }

    /// @inheritdoc ICharging
    function endSession(uint32 session) external {
        Session storage s = _sessions[session];
        if (s.status == Status.None) revert UnknownSession(session);
        if (s.status == Status.Refused || s.status == Status.Ended) revert SessionDone(session, s.status);
        Ender by = _enderOf(session, s);
        s.status = Status.Ended;
        _free(s);
        emit SessionEnded(session, s.chargePoint, _timestep(), by);
    }

    /// @inheritdoc ICharging
    function reportMeters(uint32 timestep, bytes calldata entries) external {
        uint8 operator = _meter();
        if (entries.length % METER_ENTRY_BYTES != 0) revert BadLength(entries.length, METER_ENTRY_BYTES);
        if (timestep >= _timestep()) revert TimestepNotOver(timestep, _timestep());
        uint32 last;
        for (uint256 offset = 0; offset < entries.length; offset += METER_ENTRY_BYTES) {
            uint32 chargePoint = uint32(bytes4(entries[offset:offset + 4]));
            uint64 registerWh = uint64(bytes8(entries[offset + 4:offset + 12]));
            if (offset > 0 && chargePoint <= last) revert EntriesUnordered(chargePoint);
            last = chargePoint;
            uint8 owner = ASSETS.operatorOf(chargePoint);
            if (owner != operator) revert NotYourChargePoint(chargePoint, owner, operator);
            Live storage live = _live[chargePoint];
            // once for each charge point: all of an operator's may need more than one transaction
            if (timestep <= live.reportedTimestep) revert AlreadyReported(timestep, live.reportedTimestep);
            if (registerWh < live.registerWh) revert MeterWentBack(chargePoint, registerWh, live.registerWh);
            _requireAtMost(registerWh, MOST_REGISTER_WH);
            live.registerWh = registerWh;
            live.livePowerW = uint32(bytes4(entries[offset + 12:offset + 16]));
            live.status = uint8(entries[offset + 16]);
            live.reportedTimestep = timestep;
        }
        emit MetersReported(operator, timestep, entries);
    }

    /// @inheritdoc ICharging
    function reportGroup(uint32 group, uint32 timestep, uint32 loadWh, uint32 pvWh, uint32 firmPvWh) external {
        IAssetRegistry.Group memory g = _ownGroup(group);
        _requireReportable(timestep, _groupLive[group][g.generation].reportedTimestep);
        _requireAtMost(loadWh, MOST_WH_PER_STEP);
        _requireAtMost(pvWh, MOST_WH_PER_STEP);
        _requireAtMost(firmPvWh, MOST_WH_PER_STEP);
        // what somebody warrants lifts the group's limit: never above what the inverters can give
        _requireAtMost(firmPvWh, ASSETS.inverterWOf(group) / STEPS_PER_HOUR);
        _groupLive[group][g.generation] = GroupLive(timestep, loadWh, pvWh, firmPvWh);
        emit GroupReported(group, timestep, loadWh, pvWh, firmPvWh);
    }

    /// @inheritdoc ICharging
    function reportBattery(uint32 battery, uint32 timestep, uint32 storedWh, int32 powerW) external {
        uint32 generation = _ownGroup(ASSETS.batteryOf(battery).group).generation;
        _requireReportable(timestep, _batteryLive[battery][generation].reportedTimestep);
        _batteryLive[battery][generation] = BatteryLive(timestep, storedWh, powerW);
        emit BatteryReported(battery, timestep, storedWh, powerW);
    }

    /// @inheritdoc ICharging
    function publishForecast(uint32 group, uint32 fromTimestep, bytes calldata steps) external {
        IAssetRegistry.Group memory g = _ownGroup(group);
        if (steps.length == 0 || steps.length % FORECAST_STEP_BYTES != 0) {
            revert BadLength(steps.length, FORECAST_STEP_BYTES);
        }
        uint256 count = steps.length / FORECAST_STEP_BYTES;
        if (count > MOST_FORECAST_STEPS) revert ForecastTooLong(count, MOST_FORECAST_STEPS);
        if (fromTimestep <= _timestep()) revert ForecastInPast(fromTimestep, _timestep());
        _requireAtMost(fromTimestep, _timestep() + MOST_FORECAST_STEPS);
        uint32 maxLoadWh = (g.otherEquipmentMaxW + STEPS_PER_HOUR - 1) / STEPS_PER_HOUR;
        for (uint256 i = 0; i < count; ++i) {
            bytes calldata step = steps[i * FORECAST_STEP_BYTES:(i + 1) * FORECAST_STEP_BYTES];
            uint32 expectedWh = uint32(bytes4(step[0:4]));
            uint32 reservedWh = uint32(bytes4(step[4:8]));
            uint32 pvWh = uint32(bytes4(step[8:12]));
            if (reservedWh < expectedWh) revert ReserveBelowExpected(i, reservedWh, expectedWh);
            // the fallback counts with the registered maximum
            if (reservedWh > maxLoadWh) revert ReserveAboveEquipment(i, reservedWh, maxLoadWh);
            _requireAtMost(pvWh, MOST_WH_PER_STEP);
        }
        if (!_enter(_forecasts[group], MOST_FORECASTS)) revert TooManyForecasts(group, _timestep(), MOST_FORECASTS);
        emit ForecastPublished(group, fromTimestep, steps);
    }

    /// @inheritdoc ICharging
    function decide(uint32 timestep, bytes calldata decisions) external {
        if (msg.sender != CONSORTIUM.plans()) revert NotPlans(msg.sender);
        for (uint256 offset = 0; offset + DECISION_BYTES <= decisions.length; offset += DECISION_BYTES) {
            uint32 session = uint32(bytes4(decisions[offset:offset + 4]));
            Session storage s = _sessions[session];
            // withdrawn while the plan was made: nothing to decide, and no reason to keep the plan from being final
            if (s.status != Status.Requested) continue;
            bool accepted = uint8(decisions[offset + 4]) == 1;
            uint32 energyWh = uint32(bytes4(decisions[offset + 5:offset + 9]));
            s.decidedTimestep = timestep;
            if (accepted) {
                s.status = Status.Accepted;
                // none: all. Never more than was asked for, and no reason to keep the plan from being final
                s.offerEnergyWh = energyWh == 0 || energyWh > s.energyWh ? s.energyWh : energyWh;
            } else {
                s.status = Status.Refused;
                s.offerEnergyWh = energyWh;
                s.offerDepartureTimestep = uint32(bytes4(decisions[offset + 9:offset + 13]));
                s.offerPowerW = uint32(bytes4(decisions[offset + 13:offset + 17]));
                _free(s);
            }
            emit RequestDecided(session, timestep, accepted, s.offerEnergyWh, s.offerDepartureTimestep, s.offerPowerW);
        }
    }

    /// @inheritdoc ICharging
    function reset(uint32 chargePoint) external {
        if (msg.sender != address(ASSETS)) revert NotAssets(msg.sender);
        delete _live[chargePoint];
    }

    /// @inheritdoc ICharging
    function heldOf(uint8 operator, uint8 provider) external view returns (uint32) {
        return _held[operator][provider];
    }

    /// @inheritdoc ICharging
    function sessionCount() external view returns (uint32) {
        return _lastSession;
    }

    /// @inheritdoc ICharging
    function sessionOf(uint32 session) external view returns (Session memory) {
        if (_sessions[session].status == Status.None) revert UnknownSession(session);
        return _sessions[session];
    }

    /// @inheritdoc ICharging
    function openSession(uint32 chargePoint) external view returns (uint32) {
        return _live[chargePoint].session;
    }

    /// @inheritdoc ICharging
    function liveOf(uint32 chargePoint) external view returns (Live memory) {
        return _live[chargePoint];
    }

    /// @inheritdoc ICharging
    function groupLiveOf(uint32 group) external view returns (GroupLive memory) {
        return _groupLive[group][ASSETS.groupOf(group).generation];
    }

    /// @inheritdoc ICharging
    function batteryLiveOf(uint32 battery) external view returns (BatteryLive memory) {
        return _batteryLive[battery][ASSETS.groupOf(ASSETS.batteryOf(battery).group).generation];
    }

    /// @inheritdoc ICharging
    function availableChargePoints(uint32 from, uint32 most)
        external
        view
        returns (uint32[] memory chargePoints, uint32 next)
    {
        uint256 members = CONSORTIUM.members();
        uint32 count = ASSETS.chargePointCount();
        uint32 room = from < count ? count - from : 0;
        chargePoints = new uint32[](most < room ? most : room);
        uint256 found;
        for (next = from; next < count && found < most; ++next) {
            Live storage live = _live[next];
            if (live.session != 0 || live.status != AVAILABLE) continue;
            IAssetRegistry.ChargePoint memory c = ASSETS.chargePointOf(next);
            if (!c.removed && members.includes(c.operator)) chargePoints[found++] = next;
        }
        assembly ("memory-safe") {
            mstore(chargePoints, found)
        }
    }

    function _timestep() private view returns (uint32) {
        return uint32(block.timestamp / TIMESTEP_SECONDS);
    }

    /// The first timestep that a request of now can be planned for: what arrives behind the gate waits one longer.
    function _firstTimestep() private view returns (uint32) {
        uint256 intoTimestep = block.timestamp % TIMESTEP_SECONDS;
        return _timestep() + (intoTimestep < TIMESTEP_SECONDS - GATE_SECONDS ? 1 : 2);
    }

    /// When the car comes: `first`, or a later timestep for a reservation.
    function _arrivalTimestep(uint64 arrival, uint32 first, bool joins) private view returns (uint32) {
        uint64 now_ = uint64(first) * TIMESTEP_SECONDS;
        if (arrival <= now_) return first;
        if (!joins) revert ReservationWithoutJoining(arrival, now_);
        uint64 latest = now_ + uint64(MOST_TIMESTEPS_TO_ARRIVAL) * TIMESTEP_SECONDS;
        if (arrival > latest) revert ArrivalTooLate(arrival, latest);
        // readers count on whole timesteps: a car that comes in the middle of one charges from the next
        return uint32((arrival + TIMESTEP_SECONDS - 1) / TIMESTEP_SECONDS);
    }

    function _free(Session storage s) private {
        delete _live[s.chargePoint].session;
        delete _accountOf[s.account].session;
        // a charge point has the same operator as long as a session is open on it
        uint8 operator = ASSETS.operatorOf(s.chargePoint);
        if (s.provider != operator) --_held[operator][s.provider];
    }

    /// Guests hold some of an operator's charge points at most, and pay where the operator wants to see a deposit.
    function _hold(uint8 operator, uint8 provider) private {
        address channels = CONSORTIUM.channels();
        if (channels != address(0)) IChannels(channels).requireCover(provider, operator);
        uint32 most = ASSETS.maxHeld(operator, provider);
        uint32 held = _held[operator][provider];
        if (held >= most) revert TooManyHeld(operator, provider, most);
        _held[operator][provider] = held + 1;
    }

    function _tally(Tally storage t, uint256 most) private {
        if (!_enter(t, most)) revert TooManyRequests(_timestep(), most);
    }

    /// @return whether there is room in the running timestep, and then it is taken
    function _enter(Tally storage t, uint256 most) private returns (bool) {
        uint32 current = _timestep();
        uint32 count = t.timestep == current ? t.count : 0;
        if (count == most) return false;
        (t.timestep, t.count) = (current, count + 1);
        return true;
    }

    function _meter() private view returns (uint8) {
        (uint8 operator, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        if (role != IConsortium.Role.Meter) revert NotAMeter(msg.sender);
        return operator;
    }

    function _enderOf(uint32 session, Session storage s) private view returns (Ender) {
        if (msg.sender == s.account) return Ender.Account;
        (uint8 caller, IConsortium.Role role) = CONSORTIUM.roleOf(msg.sender);
        bool serves = role == IConsortium.Role.Meter || role == IConsortium.Role.Owner;
        uint8 owner = ASSETS.operatorOf(s.chargePoint);
        if (serves && caller == owner) return Ender.Operator;
        bool pays = serves || role == IConsortium.Role.Provider || role == IConsortium.Role.Desk;
        if (pays && caller == s.provider) return Ender.Provider;
        // whose operator was excluded, anybody may unplug
        if (serves && !CONSORTIUM.members().includes(owner)) return Ender.Operator;
        revert NotYourSession(session, msg.sender);
    }

    function _ownGroup(uint32 group) private view returns (IAssetRegistry.Group memory g) {
        uint8 operator = _meter();
        g = ASSETS.groupOf(group);
        if (g.removed) revert IAssetRegistry.GroupIsRemoved(group);
        if (g.operator != operator) revert NotYourGroup(group, g.operator, operator);
    }

    function _requireAtMost(uint256 value, uint256 most) private pure {
        if (value > most) revert ValueTooLarge(value, most);
    }

    function _requireReportable(uint32 timestep, uint32 last) private view {
        if (timestep >= _timestep()) revert TimestepNotOver(timestep, _timestep());
        if (timestep <= last) revert AlreadyReported(timestep, last);
    }
}
