package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.time.NetworkParameters;

/** What a ledger would tell of one group: the same fold and the same inputs as in an oracle, without the ledger. */
final class GroupLedger {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 60, Site.STEPS_PER_HOUR, 2, 3);
    /** Timestep of step 0: there are timesteps before it. */
    private static final int FIRST_TIMESTEP = 2 * Site.STEPS_PER_DAY;

    /** OCPI 2.2.1, Status. */
    private static final int AVAILABLE = 0;

    private static final int CHARGING = 2;
    private static final int FORECAST_STEPS = 2 * Site.STEPS_PER_DAY;

    private final Surroundings around;
    private final LedgerState state = new LedgerState();
    private final InputBuilder builder = new InputBuilder(PARAMETERS);
    private int limitW;
    private int lastSession;
    private int forecastUntil;
    private int reportedStep = -3;

    GroupLedger(Site site, Surroundings around, GroupPolicy policy, Habits habits) {
        this.around = around;
        if (habits.atOnce()) {
            state.apply(linked());
        }
        this.limitW = around.capacityW();
        state.apply(new LedgerEvent.GroupRegistered(
                0, 0, around.capacityW(), around.maxLoadW(), policy.code(), policy.percent()));
        for (int i = 0; i < site.ratedW().length; i++) {
            int leastW = habits.minCurrent() ? site.minW()[i] : 0;
            state.apply(new LedgerEvent.ChargePointRegistered(i, 0, 0, site.ratedW()[i], leastW, "E" + i));
        }
    }

    /** From then on there is interim power. */
    private static LedgerEvent linked() {
        return new LedgerEvent.NetworkLinked(
                LedgerEvent.NetworkLinked.PROTOCOL,
                Bytes.EMPTY,
                Bytes.EMPTY,
                Bytes.EMPTY,
                Bytes.EMPTY,
                0,
                0,
                PARAMETERS.timestepSeconds(),
                PARAMETERS.gateSeconds(),
                PARAMETERS.takeoverSeconds(),
                PARAMETERS.stepsPerHour(),
                PARAMETERS.quorumNumerator(),
                PARAMETERS.quorumDenominator());
    }

    boolean isTaken(int point) {
        return state.chargePoints().get(point).session() != null;
    }

    /** Whether anybody has a request or a session. */
    boolean hasSessions() {
        return !state.sessions().isEmpty();
    }

    /** Whether nothing can happen before the next car comes. */
    boolean isQuiet() {
        return state.sessions().stream()
                .noneMatch(s -> s.status() == Session.Status.REQUESTED || s.remainingWh() > 0 || s.awaitsReading());
    }

    /**
     * Interim power of a session in a step.
     *
     * @param powerW until the step ends
     */
    record Grant(int session, int step, int powerW) {}

    private static List<Grant> grants(List<LedgerEvent.PowerGranted> granted) {
        return granted.stream()
                .map(g -> new Grant(g.session(), g.timestep() - FIRST_TIMESTEP, g.powerW()))
                .toList();
    }

    /** The session that was asked for last. */
    int lastSession() {
        return lastSession;
    }

    /**
     * A driver asks.
     *
     * @param askedIn the step in which that is
     * @param firstStep the first whose plan can know it
     */
    List<Grant> request(int askedIn, int firstStep, Visit visit, int leastEnergyWh) {
        int session = ++lastSession;
        int timestep = FIRST_TIMESTEP + firstStep;
        return grants(state.apply(new LedgerEvent.ChargingRequested(
                session,
                visit.point(),
                Bytes.EMPTY,
                0,
                visit.statedWh(),
                leastEnergyWh,
                FIRST_TIMESTEP + Math.max(firstStep, visit.firstStep()),
                FIRST_TIMESTEP + visit.departureStep(),
                visit.asks() == null || visit.asks().joins(),
                timestep,
                FIRST_TIMESTEP + askedIn)));
    }

    /** A car is unplugged. */
    void end(int session, Visit visit) {
        state.apply(new LedgerEvent.SessionEnded(
                session, visit.point(), FIRST_TIMESTEP + (int) ((visit.plugOutSeconds() - 1) / Site.STEP_SECONDS), 0));
    }

    /**
     * Meters, other equipment and PV of a step that is over, and of the one before it if it was passed over.
     *
     * @param registerWh what meters showed at the end of the step
     * @param occupied whether a car was there then
     */
    void report(int step, long[] registerWh, boolean[] occupied) {
        for (int s = Math.max(reportedStep + 1, step - 1); s <= step; s++) {
            var entries = new ArrayList<LedgerEvent.MeterEntry>();
            for (int i = 0; i < registerWh.length; i++) {
                entries.add(new LedgerEvent.MeterEntry(i, registerWh[i], 0, occupied[i] ? CHARGING : AVAILABLE));
            }
            state.apply(new LedgerEvent.MetersReported(0, FIRST_TIMESTEP + s, entries));
            if (around.areReported()) {
                state.apply(new LedgerEvent.GroupReported(
                        0, FIRST_TIMESTEP + s, around.loadWh(s), around.pvWh(s), around.firmPvWh(s)));
            }
            reportedStep = s;
        }
    }

    /** What an operator says before a step is planned: its limit when it has changed, and once a day load and PV of the next two. */
    void announce(int step) {
        if (around.limitW(step) != limitW) {
            limitW = around.limitW(step);
            state.apply(new LedgerEvent.GroupLimitChanged(0, limitW));
        }
        if (!around.areReported() || step + Site.STEPS_PER_DAY < forecastUntil) {
            return;
        }
        var steps = new ArrayList<LedgerEvent.ForecastStep>();
        for (int t = step; t < step + FORECAST_STEPS; t++) {
            steps.add(around.forecast(t));
        }
        state.apply(new LedgerEvent.ForecastPublished(0, FIRST_TIMESTEP + step, steps));
        forecastUntil = step + FORECAST_STEPS;
    }

    /** The planner's input for a step. */
    GroupInput input(int step) {
        return builder.inputs(state, FIRST_TIMESTEP + step, InputVersion.LATEST).getFirst();
    }

    /** A plan becomes final, and its decisions take effect. */
    List<Grant> makeFinal(int step, int[] setpointWh, List<Plan.Decision> decisions) {
        int timestep = FIRST_TIMESTEP + step;
        state.apply(new LedgerEvent.PlanPosted(
                timestep,
                0,
                0,
                0,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(setpointWh),
                Bytes.EMPTY));
        var granted = grants(state.apply(new LedgerEvent.PlanFinal(timestep, 0, 1, 1)));
        for (var d : decisions) {
            int promisedWh = d.accepted() ? d.energyWh() : 0;
            state.apply(new LedgerEvent.RequestDecided(d.sessionId(), timestep, d.accepted(), promisedWh, 0, 0));
        }
        return granted;
    }
}
