// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Requests, sessions, status, meters and forecasts
/// @notice Everything that a plan depends on is written here before the gate closes. Sessions belong to pseudonyms.
interface ICharging {
    enum Status {
        None,
        Requested,
        Accepted,
        Refused,
        Ended
    }

    /// Who ended a session. What is missing from a promise is the operator's when it ended a session whose car was still there.
    enum Ender {
        Account,
        Provider,
        Operator
    }

    /// @param account pseudonym that asked
    /// @param energyWh wanted by departure
    /// @param leastEnergyWh the least that the driver takes as an answer; all of it when it does not join
    /// @param joins whether the driver joins smart charging
    /// @param provider operator that vouched for the pseudonym when it asked
    /// @param firstTimestep that a plan can decide about it
    /// @param arrivalTimestep it charges from this timestep on; above `firstTimestep` for a reservation
    /// @param departureTimestep plans serve it in timesteps before this one; up to `firstTimestep`: none does, see `request`
    /// @param decidedTimestep the plan that accepted or refused it; 0 before
    /// @param offerEnergyWh accepted: what is promised by departure, at most `energyWh`. Refused: counter-offer, what
    /// is possible by that departure
    /// @param offerDepartureTimestep counter-offer: by when all of it is possible; 0 = none
    /// @param offerPowerW counter-offer: what is free for the next hour without joining
    /// @dev Two words. The second one holds all that changes, so that a decision writes one.
    struct Session {
        address account;
        uint32 chargePoint;
        uint32 energyWh;
        uint32 leastEnergyWh;
        Status status;
        bool joins;
        uint8 provider;
        uint32 firstTimestep;
        uint32 arrivalTimestep;
        uint32 departureTimestep;
        uint32 decidedTimestep;
        uint32 offerEnergyWh;
        uint32 offerDepartureTimestep;
        uint32 offerPowerW;
    }

    /// @param registerWh total energy register (OCPP Energy.Active.Import.Register)
    /// @param livePowerW at the time of the report
    /// @param status OCPI EVSE status by number: see the contracts' reference
    /// @param reportedTimestep the timestep at whose end this was read
    /// @param session open session, 0 = none
    struct Live {
        uint64 registerWh;
        uint32 livePowerW;
        uint8 status;
        uint32 reportedTimestep;
        uint32 session;
    }

    /// @param loadWh other equipment in the last reported timestep
    /// @param pvWh PV output in it
    /// @param firmPvWh PV that is warranted for the timestep planned next
    struct GroupLive {
        uint32 reportedTimestep;
        uint32 loadWh;
        uint32 pvWh;
        uint32 firmPvWh;
    }

    struct BatteryLive {
        uint32 reportedTimestep;
        uint32 storedWh;
        int32 powerW;
    }

    /// @param timestep of the request: prices and margin in force in it are the session's
    event ChargingRequested(
        uint32 indexed session,
        uint32 indexed chargePoint,
        address indexed account,
        uint8 provider,
        uint32 energyWh,
        uint32 leastEnergyWh,
        uint32 arrivalTimestep,
        uint32 departureTimestep,
        bool joins,
        uint32 firstTimestep,
        uint32 timestep
    );
    /// @param offerEnergyWh accepted: what is promised, 1 to what was wanted; the other two are 0 then. See `Session`
    event RequestDecided(
        uint32 indexed session,
        uint32 indexed timestep,
        bool accepted,
        uint32 offerEnergyWh,
        uint32 offerDepartureTimestep,
        uint32 offerPowerW
    );
    event SessionEnded(uint32 indexed session, uint32 indexed chargePoint, uint32 timestep, Ender by);
    /// @param entries see `reportMeters`
    event MetersReported(uint8 indexed operator, uint32 indexed timestep, bytes entries);
    event GroupReported(uint32 indexed group, uint32 indexed timestep, uint32 loadWh, uint32 pvWh, uint32 firmPvWh);
    event BatteryReported(uint32 indexed battery, uint32 indexed timestep, uint32 storedWh, int32 powerW);
    /// @param steps see `publishForecast`
    event ForecastPublished(uint32 indexed group, uint32 indexed fromTimestep, bytes steps);

    /// @notice Nobody in the consortium vouches for the account
    error NotAUser(address account);
    /// @notice No request ever had this id
    error UnknownSession(uint32 session);
    /// @notice A request or session holds the charge point
    error ChargePointOccupied(uint32 chargePoint, uint32 session);
    /// @notice It was removed, or its operator excluded
    error ChargePointOutOfService(uint32 chargePoint);
    /// @notice An account has one session at a time: take a fresh one
    error AccountBusy(address account, uint32 session);
    /// @notice A request is for at least 1 Wh
    error NoEnergy();
    /// @notice From 1 Wh to what is asked for; all of it by who does not join
    error LeastEnergyOutOfRange(uint32 leastEnergyWh, uint32 least, uint32 most);
    /// @notice A car comes at the latest 95 timesteps behind the first one that can be planned
    error ArrivalTooLate(uint64 arrival, uint64 latest);
    /// @notice Who does not join is plugged in now
    error ReservationWithoutJoining(uint64 arrival, uint64 latest);
    /// @notice A departure is after the block of the request
    error DepartureInPast(uint64 departure, uint64 now_);
    /// @notice The stay of a reservation holds at least one whole timestep
    error DepartureTooSoon(uint64 departure, uint64 earliest);
    /// @notice A stay has 672 timesteps at most
    error StayTooLong(uint64 departure, uint64 latest);
    /// @notice So many requests of an account, or of the users of its provider, in a timestep
    error TooManyRequests(uint32 timestep, uint256 most);
    /// @notice The users of this provider hold all of the operator's charge points that they may at once
    error TooManyHeld(uint8 operator, uint8 provider, uint32 most);
    /// @notice More than the charge point delivers up to departure: from the block of the request on, or for a reservation
    /// from the start of the timestep of its arrival
    error EnergyBeyondConnector(uint32 energyWh, uint32 mostWh);
    /// @notice Only who asked, or the charge point's operator, ends a session
    error NotYourSession(uint32 session, address account);
    /// @notice It was refused or has ended
    error SessionDone(uint32 session, Status status);
    /// @notice Only Plans decides
    error NotPlans(address account);
    /// @notice Only AssetRegistry clears an id
    error NotAssets(address account);
    /// @notice Only meter accounts of members report
    error NotAMeter(address account);
    /// @notice An operator reports its own charge points
    error NotYourChargePoint(uint32 chargePoint, uint8 owner, uint8 caller);
    /// @notice An operator reports its own groups
    error NotYourGroup(uint32 group, uint8 owner, uint8 caller);
    /// @notice Reports are of timesteps that are over
    error TimestepNotOver(uint32 timestep, uint32 current);
    /// @notice Reports come once, in the order of timesteps
    error AlreadyReported(uint32 timestep, uint32 last);
    /// @notice A register never falls
    error MeterWentBack(uint32 chargePoint, uint64 registerWh, uint64 lastWh);
    /// @notice Not a whole number of entries of `unit` bytes
    error BadLength(uint256 length, uint256 unit);
    /// @notice Entries ascend by charge point
    error EntriesUnordered(uint32 chargePoint);
    /// @notice Forecasts begin with the next timestep at the earliest
    error ForecastInPast(uint32 fromTimestep, uint32 current);
    /// @notice So many timesteps in a forecast
    error ForecastTooLong(uint256 steps, uint256 most);
    /// @notice So many forecasts of a group in a timestep
    error TooManyForecasts(uint32 group, uint32 timestep, uint256 most);
    /// @notice At this step less is reserved than expected
    error ReserveBelowExpected(uint256 step, uint32 reservedWh, uint32 expectedWh);
    /// @notice At this step more is reserved than other equipment takes by its registration
    error ReserveAboveEquipment(uint256 step, uint32 reservedWh, uint32 mostWh);
    /// @notice Above what readers and the planner can hold
    error ValueTooLarge(uint256 value, uint256 most);

    /// @notice Asks for energy at a charge point, for a car that is plugged in or one that will come. Decided with the plan
    /// of the first timestep whose gate is still open. It occupies the charge point from now on until it is refused or
    /// ended, also before the car comes, as OCPP's ReserveNow does: nobody else can be given what is kept for it.
    /// At most 4 requests of an account in a timestep, and 1,024 of all users of one provider. At another operator's charge
    /// points the users of a provider hold at most `IAssetRegistry.maxHeld` at once.
    /// A car that is plugged in may draw interim power from the block of its request on: what the running plan leaves unused.
    /// Its stay needs no whole timestep: when its departure, rounded down, is not above the first timestep that can be planned,
    /// no plan ever decides about it. It is in no input and has no promise, whether it joins or not; interim power alone
    /// serves it. It stays a request, and holds the charge point, until somebody ends it: its account, the account's
    /// provider, or the charge point's operator when the car is unplugged.
    /// @param energyWh wanted by departure; at most what the charge point gives at its rated power, by the second, from the
    /// block of the request, or for a reservation from the start of the timestep of its arrival. A plan promises at most
    /// what fits into whole timesteps
    /// @param leastEnergyWh 1 to `energyWh`: the plan may promise any energy from this on up to all, and refuses when it
    /// cannot. `energyWh` to take all or nothing, which is the only choice of those who do not join. Where a plan decides, all
    /// of it has to fit into whole timesteps then
    /// @param arrival unix seconds; rounded up to the start of a timestep, at most 95 timesteps behind the first one that can
    /// be planned. 0, or anything up to that one: plugged in now. Reservations are for those who join
    /// @param departure unix seconds, after the block's time; plans round it down to the start of a timestep. At most 672
    /// timesteps behind the arrival. A reservation stays for a whole timestep at least
    /// @param joins false: full power from the start, or a refusal that says what is free
    function request(
        uint32 chargePoint,
        uint32 energyWh,
        uint32 leastEnergyWh,
        uint64 arrival,
        uint64 departure,
        bool joins
    ) external returns (uint32 session);

    /// @notice Ends a session or withdraws a request: by the driver's pseudonym, by the owner or meter account (or desk) of the
    /// provider that vouched for it (it is paid no more), or by the owner or meter account of the operator of the charge
    /// point (the car was unplugged), or of any member when that operator was excluded.
    function endSession(uint32 session) external;

    /// @notice Status of an operator's charge points at the end of a timestep, by its meter account. Later ones replace
    /// earlier ones; charge points left out keep theirs, and may follow in another transaction.
    /// @param entries 17 bytes each, ascending by charge point: chargePoint u32, registerWh u64, livePowerW u32, status u8
    function reportMeters(uint32 timestep, bytes calldata entries) external;

    /// @notice Other load and PV of a group in a timestep that is over, by the meter account of the group's operator.
    /// @param firmPvWh PV warranted for the timestep that is planned next, at most what the inverters give; the operator
    /// answers for it
    function reportGroup(uint32 group, uint32 timestep, uint32 loadWh, uint32 pvWh, uint32 firmPvWh) external;

    function reportBattery(uint32 battery, uint32 timestep, uint32 storedWh, int32 powerW) external;

    /// @notice What a group's operator expects. Later forecasts replace earlier ones step by step; steps without any count
    /// with the most that other equipment takes, and no PV.
    /// @param steps 13 bytes for each timestep from `fromTimestep`: expectedLoadWh u32, reservedLoadWh u32,
    /// expectedPvWh u32, greenClass u8 (lower is greener). At most 672, and at most 4 times a timestep
    function publishForecast(uint32 group, uint32 fromTimestep, bytes calldata steps) external;

    /// @notice Carries out what a final plan decided; only for Plans. Requests withdrawn meanwhile are passed over.
    /// @param decisions 17 bytes each: session u32, verdict u8 (1 accepted, 2 refused), offerEnergyWh u32,
    /// offerDepartureTimestep u32, offerPowerW u32. An acceptance promises its offerEnergyWh: 0, or more than was asked
    /// for, is all that was asked for; its other two count for nothing
    function decide(uint32 timestep, bytes calldata decisions) external;

    /// @notice Clears what is known of a charge point's id, which another charge point is given; only for AssetRegistry.
    function reset(uint32 chargePoint) external;

    /// @notice Requests and sessions that the users of `provider` have open at the charge points of another operator.
    function heldOf(uint8 operator, uint8 provider) external view returns (uint32);

    function sessionCount() external view returns (uint32);
    function sessionOf(uint32 session) external view returns (Session memory);
    function openSession(uint32 chargePoint) external view returns (uint32);
    function liveOf(uint32 chargePoint) external view returns (Live memory);
    function groupLiveOf(uint32 group) external view returns (GroupLive memory);
    function batteryLiveOf(uint32 battery) external view returns (BatteryLive memory);

    /// @notice Charge points that a driver can ask for now, for apps; page through with `next`.
    /// @return chargePoints ids found, at most `most`
    /// @return next id to go on from; the number of charge points when there are no more
    function availableChargePoints(uint32 from, uint32 most)
        external
        view
        returns (uint32[] memory chargePoints, uint32 next);
}
