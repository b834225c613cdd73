package org.chargeproof.protocol.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Policy;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.Group;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.NetworkParameters;

/** Rebuilds the planner's input of each group from the ledger's state at a snapshot; rules in docs/reference/inputs.md. */
public final class InputBuilder {
    /** How far a plan looks ahead. */
    public static final int HORIZON_STEPS = 96;

    /**
     * How many new requests a timestep decides at most, over all groups: deciding costs gas, in one transaction.
     */
    public static final int MOST_REQUESTS = 512;

    /**
     * A car that cannot have its energy at its learned limit is told a quarter more: with nothing above the limit it could never show that
     * it takes more. Charge points round to whole amperes; from 6 A on, a quarter is more than one of them.
     */
    private static final int HEADROOM_DIVISOR = 4;

    private static final int LEAST_HEADROOM_W = 1_380;

    private final NetworkParameters parameters;

    public InputBuilder(NetworkParameters parameters) {
        this.parameters = parameters;
    }

    /**
     * The inputs of all groups, in ascending order of their ids.
     *
     * @param state folded up to the snapshot block, and no further
     * @param timestep that is planned: the one after the gate's
     * @param inputVersion that the algorithm reads: {@link PlanningAlgorithm#inputVersion}
     * @throws IllegalArgumentException for a version that is not known
     */
    public List<GroupInput> inputs(LedgerState state, int timestep, int inputVersion) {
        InputVersion.require(inputVersion);
        var requests = requests(state, timestep, inputVersion);
        return state.groups().stream()
                .map(group -> input(group, timestep, inputVersion, requests))
                .toList();
    }

    /** The same inputs, as the bytes that the algorithm reads. */
    public List<byte[]> encodedInputs(LedgerState state, int timestep, int inputVersion) {
        return inputs(state, timestep, inputVersion).stream()
                .map(input -> input.encode(inputVersion))
                .toList();
    }

    /** The requests that are decided: the operators' first ones, then their second ones, until there are enough. */
    private static Set<Integer> requests(LedgerState state, int timestep, int inputVersion) {
        var counts = new HashMap<Integer, Integer>();
        record Turn(int turn, int session) {}
        var turns = new ArrayList<Turn>();
        for (var session : state.sessions()) {
            if (session.status() == Session.Status.REQUESTED && isDue(session, timestep, inputVersion)) {
                int turn = counts.merge(session.chargePoint().operator(), 1, Integer::sum);
                turns.add(new Turn(turn, session.id()));
            }
        }
        return turns.stream()
                .sorted(Comparator.comparingInt(Turn::turn).thenComparingInt(Turn::session))
                .limit(MOST_REQUESTS)
                .map(Turn::session)
                .collect(Collectors.toSet());
    }

    /**
     * Version 1 knows only cars that are there: reservations wait until theirs comes. Without a whole timestep there is nothing to plan.
     */
    private static boolean isDue(Session session, int timestep, int inputVersion) {
        return !session.isWithoutWholeTimestep()
                && timestep
                        >= (inputVersion == InputVersion.FIRST ? session.arrivalTimestep() : session.firstTimestep());
    }

    private GroupInput input(Group group, int timestep, int inputVersion, Set<Integer> requests) {
        int perHour = parameters.stepsPerHour();
        if (group.removed()) {
            var nothing = new int[HORIZON_STEPS];
            return new GroupInput(
                    group.id(),
                    timestep,
                    perHour,
                    Policy.flat(),
                    nothing,
                    nothing,
                    nothing,
                    nothing,
                    nothing,
                    List.of(),
                    GroupInput.Settlement.none());
        }
        var limitWh = new int[HORIZON_STEPS];
        var reservedLoadWh = new int[HORIZON_STEPS];
        var expectedLoadWh = new int[HORIZON_STEPS];
        var expectedPvWh = new int[HORIZON_STEPS];
        var greenClass = new byte[HORIZON_STEPS];
        // without a forecast: the most that other equipment takes, and no PV
        int maxLoadWh = Math.ceilDiv(group.otherEquipmentMaxW(), perHour);
        var unknown = new ForecastStep(maxLoadWh, maxLoadWh, 0, 0);
        for (int t = 0; t < HORIZON_STEPS; t++) {
            var known = group.forecast(timestep + t);
            var forecast = known == null ? unknown : known;
            limitWh[t] = group.limitW() / perHour;
            reservedLoadWh[t] = forecast.reservedLoadWh();
            expectedLoadWh[t] = forecast.expectedLoadWh();
            expectedPvWh[t] = forecast.expectedPvWh();
            greenClass[t] = (byte) forecast.greenClass();
        }
        var firmPvWh = new int[HORIZON_STEPS];
        // PV is sure for the coming timestep at most, and only while the operator keeps saying so
        var report = group.latestReport(timestep - 1);
        if (report != null && report.timestep() >= timestep - 2) {
            firmPvWh[0] = report.firmPvWh();
        }
        var sessions = sessions(group, timestep, inputVersion, requests);
        return new GroupInput(
                group.id(),
                timestep,
                perHour,
                policy(group, greenClass, sessions, inputVersion),
                limitWh,
                reservedLoadWh,
                expectedLoadWh,
                expectedPvWh,
                firmPvWh,
                sessions,
                settlement(group, timestep - 2));
    }

    private static Policy policy(Group group, byte[] greenClass, List<GroupInput.Session> sessions, int inputVersion) {
        return switch (group.policy().kind()) {
            case FLAT -> Policy.flat();
            case EARLIEST_TO_PEAK -> Policy.earliestToPeak(group.policy().percent());
            case LEARNED ->
                Policy.earliestToPeak(
                        Math.max(group.policy().peakPercent(group.stays()), LeastPower.peakPercent(sessions)));
            case GREEN_BANDS -> Policy.greenBands(group.policy().percent(), greenClass);
            // what comes nearest in version 1, which has no such policy
            case EARLIEST ->
                inputVersion == InputVersion.FIRST
                        ? Policy.earliestToPeak(GroupPolicy.MOST_PEAK_PERCENT)
                        : Policy.earliest();
        };
    }

    /** Sessions of a group, ascending by charge point; what a version cannot say has the value that says nothing. */
    private List<GroupInput.Session> sessions(Group group, int timestep, int inputVersion, Set<Integer> requests) {
        var sessions = new ArrayList<GroupInput.Session>();
        for (var chargePoint : group.chargePoints()) {
            var session = chargePoint.session();
            if (session == null || !isDue(session, timestep, inputVersion)) {
                continue;
            }
            boolean accepted = session.status() == Session.Status.ACCEPTED;
            int departureStep = Math.clamp(session.departureTimestep() - timestep, 0, HORIZON_STEPS);
            if (accepted ? departureStep == 0 : !requests.contains(session.id())) {
                continue;
            }
            int ratedWh = chargePoint.ratedPowerW() / parameters.stepsPerHour();
            boolean first = inputVersion == InputVersion.FIRST;
            int minWh = first ? 0 : chargePoint.minWhPerStep(parameters.stepsPerHour());
            int arrivalStep = Math.clamp(session.arrivalTimestep() - timestep, 0, departureStep);
            boolean behind = !first && accepted && session.isBehind();
            sessions.add(new GroupInput.Session(
                    chargePoint.id(),
                    session.id(),
                    // without its full power it has no claim to it any more
                    session.joins() || behind,
                    accepted,
                    accepted ? session.remainingWh() : session.wantedWh(),
                    accepted ? 0 : first ? session.wantedWh() : session.leastEnergyWh(),
                    first ? ratedWh : Math.max(minWh, maxWh(ratedWh, session, departureStep - arrivalStep)),
                    minWh,
                    arrivalStep,
                    departureStep,
                    behind));
        }
        return sessions;
    }

    /** What the car has shown that it takes; a bit more when that is not enough any more, for it may take more now. */
    private int maxWh(int ratedWh, Session session, int steps) {
        int limitWh = session.learnedLimitWh();
        if (limitWh == 0) {
            return ratedWh;
        }
        boolean enough = (long) limitWh * steps >= session.remainingWh();
        return Math.min(ratedWh, enough ? limitWh : limitWh + headroomWh(limitWh));
    }

    /** At least 6 A with one phase: after a pause a car must be told something that it can take. */
    private int headroomWh(int limitWh) {
        return Math.max(
                Math.ceilDiv(limitWh, HEADROOM_DIVISOR), Math.ceilDiv(LEAST_HEADROOM_W, parameters.stepsPerHour()));
    }

    /** Green energy is shared out for the last timestep that is over and reported when the gate closes. */
    private static GroupInput.Settlement settlement(Group group, int timestep) {
        var report = group.report(timestep);
        var metered = new ArrayList<GroupInput.MeteredSession>();
        for (ChargePoint chargePoint : group.chargePoints()) {
            var m = chargePoint.metered(timestep);
            if (m != null) {
                metered.add(new GroupInput.MeteredSession(chargePoint.id(), m.session(), m.energyWh()));
            }
        }
        if (report == null && metered.isEmpty()) {
            return GroupInput.Settlement.none();
        }
        return new GroupInput.Settlement(
                timestep, report == null ? 0 : report.loadWh(), report == null ? 0 : report.pvWh(), metered);
    }
}
