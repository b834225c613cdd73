package org.chargeproof.simulation;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.InputVersion;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.scenario.LeastPower;
import org.jspecify.annotations.Nullable;

/**
 * One group through all of its days, under one rule. What the ledger would tell goes through the same fold and the same input builder as
 * in an oracle, with the same delays: a plan knows the meters of the timestep before the last one. A request counts from the first
 * whole step on, and a departure ends with the last one.
 */
final class GroupSimulation {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 60, Site.STEPS_PER_HOUR, 2, 3);
    /** Ledger's timestep of step 0: there are timesteps before it. */
    private static final int FIRST_TIMESTEP = 2 * Site.STEPS_PER_DAY;

    /** OCPI 2.2.1, Status: the charge point is in use. */
    private static final int OCPI_CHARGING = 2;

    private static final int FORECAST_STEPS = 2 * Site.STEPS_PER_DAY;
    private static final int FORECAST_EVERY_STEPS = Site.STEPS_PER_DAY;

    private final Site site;
    private final Surroundings around;
    private final Rule rule;
    private final Habits habits;
    private final @Nullable PlanCheck check;
    private final LedgerState state = new LedgerState();
    private final InputBuilder builder = new InputBuilder(PARAMETERS);
    private final Tally tally = new Tally();
    private final Map<Integer, Car> carOf = new HashMap<>();
    private final long[] registerWh;
    /** Before the last step that was charged. */
    private final long[] registerBeforeWh;

    private final List<Car> present = new ArrayList<>();
    private final int capacityWh;
    private int nextVisit;
    private int lastSession;
    private int forecastUntil;
    private int chargedStep = Integer.MIN_VALUE;
    private int reportedStep = -3;

    /** A car that is plugged in and has asked. */
    private static final class Car {
        final Visit visit;
        final int session;
        final int wantedWh;
        boolean accepted;
        int promisedWh;
        int takenWh;
        int setpointWh;
        boolean done;

        Car(Visit visit, int session, int wantedWh) {
            this.visit = visit;
            this.session = session;
            this.wantedWh = wantedWh;
        }

        int remainingWh() {
            return wantedWh - takenWh;
        }
    }

    /**
     * Prepares a run.
     *
     * @param habits what is asked for in which way
     * @param check looks at every plan; null for none
     */
    GroupSimulation(
            Site site, Surroundings around, PolicyChoice policy, Rule rule, Habits habits, @Nullable PlanCheck check) {
        this.site = site;
        this.around = around;
        this.rule = rule;
        this.habits = habits;
        this.check = check;
        this.registerWh = new long[site.ratedW().length];
        this.registerBeforeWh = new long[site.ratedW().length];
        int mostLoadW = around.mostLoadW();
        int capacityW = around.limitW() + mostLoadW;
        this.capacityWh = capacityW / Site.STEPS_PER_HOUR;
        state.apply(new LedgerEvent.GroupRegistered(0, 0, capacityW, mostLoadW, policy.kind(), policy.percent()));
        for (int i = 0; i < site.ratedW().length; i++) {
            int leastW = habits.leastCurrent() ? LeastPower.ofRating(site.ratedW()[i]) : 0;
            state.apply(new LedgerEvent.ChargePointRegistered(i, 0, 0, site.ratedW()[i], leastW, "E" + i));
        }
    }

    /** Runs all days. */
    Tally run() {
        int end = site.lastStep();
        int step = nextArrival();
        while (step <= end) {
            passGate(step);
            charge(step);
            settle(step + 1);
            step = isQuiet() ? Math.max(step + 1, nextArrival()) : step + 1;
        }
        settle(Integer.MAX_VALUE);
        return tally;
    }

    /** What the ledger hears before the gate, and the plan that is made then. */
    private void passGate(int step) {
        report(step - 2);
        forecast(step);
        unplug(step);
        plugIn(step);
        if (state.sessions().isEmpty()) {
            return;
        }
        GroupInput input = builder.inputs(state, FIRST_TIMESTEP + step, InputVersion.LATEST)
                .getFirst();
        long start = System.nanoTime();
        Rule.Answer answer = rule.answer(input);
        tally.planNanos += System.nanoTime() - start;
        tally.plans++;
        if (check != null && check.looksAt(input)) {
            check.check(input, answer);
            tally.checkedPlans++;
        }
        takeEffect(step, input, answer);
    }

    private void takeEffect(int step, GroupInput input, Rule.Answer answer) {
        int timestep = FIRST_TIMESTEP + step;
        var setpointWh = new int[registerWh.length];
        present.forEach(car -> car.setpointWh = 0);
        for (int i = 0; i < answer.energyWh().length; i++) {
            var session = input.sessions().get(i);
            setpointWh[session.chargePoint()] = answer.energyWh()[i];
            car(session.sessionId()).setpointWh = answer.energyWh()[i];
        }
        Bytes packed = Setpoints.pack(setpointWh);
        state.apply(new LedgerEvent.PlanPosted(
                timestep, 0, 0, 0, Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO, Bytes32.ZERO, packed, Bytes.EMPTY));
        state.apply(new LedgerEvent.PlanFinal(timestep, 0, 1, 1));
        for (var d : answer.decisions()) {
            Car car = car(d.sessionId());
            car.accepted = d.accepted();
            if (d.accepted()) {
                tally.accepted++;
                car.promisedWh = d.energyWh();
                tally.acceptedInPart += d.energyWh() < car.visit.statedWh() ? 1 : 0;
            } else {
                finish(car);
                present.remove(car);
            }
            state.apply(new LedgerEvent.RequestDecided(
                    d.sessionId(), timestep, d.accepted(), d.accepted() ? d.energyWh() : 0, 0, 0));
        }
    }

    private void plugIn(int step) {
        for (; nextVisit < site.visits().size() && site.visits().get(nextVisit).firstStep() <= step; nextVisit++) {
            Visit visit = site.visits().get(nextVisit);
            int steps = visit.departureStep() - visit.firstStep();
            if (steps <= 0 || visit.statedWh() == 0) {
                tally.tooShort++;
                tally.lostToGridWh += visit.takesWh();
                continue;
            }
            int point = visit.point();
            if (state.chargePoints().get(point).session() != null) {
                tally.occupied++;
                continue;
            }
            long mostWh = (long) steps * (site.ratedW()[point] / Site.STEPS_PER_HOUR);
            int statedWh = (int) Math.min(mostWh, visit.statedWh());
            int takesWh = (int) Math.min(mostWh, visit.takesWh());
            tally.lostToGridWh += visit.takesWh() - takesWh;
            tally.requests++;
            tally.wantedWh += takesWh;
            int session = ++lastSession;
            var asked = new Visit(
                    point,
                    visit.plugInSeconds(),
                    visit.departureSeconds(),
                    visit.plugOutSeconds(),
                    statedWh,
                    takesWh,
                    visit.carMaxW(),
                    visit.tapers());
            var car = new Car(asked, session, takesWh);
            carOf.put(session, car);
            present.add(car);
            state.apply(new LedgerEvent.ChargingRequested(
                    session,
                    point,
                    Bytes.EMPTY,
                    statedWh,
                    habits.takesLess() ? 1 : statedWh,
                    FIRST_TIMESTEP + step,
                    FIRST_TIMESTEP + visit.departureStep(),
                    true,
                    FIRST_TIMESTEP + step));
        }
    }

    /** Cars that have left by the beginning of a step. */
    private void unplug(int step) {
        for (int i = present.size() - 1; i >= 0; i--) {
            Car car = present.get(i);
            if (car.visit.plugOutSeconds() <= (long) step * Site.STEP_SECONDS) {
                present.remove(i);
                if (car.accepted) {
                    state.apply(new LedgerEvent.SessionEnded(
                            car.session,
                            car.visit.point(),
                            FIRST_TIMESTEP + (int) ((car.visit.plugOutSeconds() - 1) / Site.STEP_SECONDS)));
                }
            }
        }
    }

    /** A step passes. */
    private void charge(int step) {
        System.arraycopy(registerWh, 0, registerBeforeWh, 0, registerWh.length);
        chargedStep = step;
        long groupWh = 0;
        for (Car car : present) {
            // half of a step, half of the setpoint's energy
            int seconds = car.visit.presentSeconds(step);
            int offeredWh = Math.min(car.setpointWh, car.visit.mostWh(car.remainingWh()));
            int takenWh = Math.min(car.remainingWh(), (int) ((long) offeredWh * seconds / Site.STEP_SECONDS));
            car.takenWh += takenWh;
            car.setpointWh = 0;
            registerWh[car.visit.point()] += takenWh;
            groupWh += takenWh;
            if (takenWh > 0 && car.remainingWh() == 0) {
                tally.finished++;
                tally.hoursToFinish +=
                        (step + 1 - (double) car.visit.plugInSeconds() / Site.STEP_SECONDS) / Site.STEPS_PER_HOUR;
            }
        }
        LocalDateTime moment = moment(step);
        long loadWh = around.loadWh(moment);
        long freePvWh = Math.max(0, around.pvWh(moment) - loadWh);
        tally.deliveredWh += groupWh;
        tally.greenWh += Math.min(groupWh, freePvWh);
        tally.sumOfSquares += (double) groupWh * groupWh;
        tally.peakOfLimit = Math.max(tally.peakOfLimit, (double) (groupWh + loadWh) / capacityWh);
        if (groupWh + loadWh > capacityWh) {
            tally.stepsAboveLimit++;
            tally.aboveLimitWh += groupWh + loadWh - capacityWh;
        }
    }

    /** Accounts for cars that have departed by a step. */
    private void settle(int step) {
        for (var iterator = carOf.values().iterator(); iterator.hasNext(); ) {
            Car car = iterator.next();
            if (!car.done && Math.ceilDiv(car.visit.plugOutSeconds(), (long) Site.STEP_SECONDS) <= step) {
                finish(car);
            }
            if (car.done && !present.contains(car)) {
                iterator.remove();
            }
        }
    }

    private void finish(Car car) {
        car.done = true;
        double share = (double) car.takenWh / car.wantedWh;
        tally.shares += share;
        tally.squaredShares += share * share;
        if (car.accepted) {
            int dueWh = Math.min(car.promisedWh, car.wantedWh);
            int servedWh = Math.min(car.takenWh, dueWh);
            tally.promisedWh += dueWh;
            tally.servedOfPromisedWh += servedWh;
            boolean leftEarly = car.visit.plugOutSeconds() < (long) car.visit.departureStep() * Site.STEP_SECONDS;
            tally.leftBehindWh += leftEarly ? dueWh - servedWh : 0;
        }
    }

    /** Meters, other equipment and PV of a step that is over, and of those before it that were passed over. */
    private void report(int step) {
        int from = Math.max(reportedStep + 1, step - 1);
        for (int s = from; s <= step; s++) {
            var entries = new ArrayList<LedgerEvent.MeterEntry>();
            for (int i = 0; i < registerWh.length; i++) {
                entries.add(new LedgerEvent.MeterEntry(i, readingWh(i, s), 0, isOccupied(i, s) ? OCPI_CHARGING : 0));
            }
            state.apply(new LedgerEvent.MetersReported(0, FIRST_TIMESTEP + s, entries));
            if (around.pvKwp() > 0 || around.load() != null) {
                LocalDateTime moment = moment(s);
                state.apply(new LedgerEvent.GroupReported(
                        0, FIRST_TIMESTEP + s, around.loadWh(moment), around.pvWh(moment), 0));
            }
        }
        reportedStep = Math.max(reportedStep, step);
    }

    /** What a meter showed at the end of a step that is over: all but the last step's energy, or all of it. */
    private long readingWh(int point, int step) {
        return step < chargedStep ? registerBeforeWh[point] : registerWh[point];
    }

    /** Whether a car stood there at the end of a step. */
    private boolean isOccupied(int point, int step) {
        long seconds = (step + 1L) * Site.STEP_SECONDS;
        return present.stream()
                .map(car -> car.visit)
                .anyMatch(v -> v.point() == point && v.plugInSeconds() <= seconds && v.plugOutSeconds() > seconds);
    }

    /** What an operator knows beforehand: the PV and the load of the day before at the same time. */
    private void forecast(int step) {
        boolean needed = around.pvKwp() > 0 || around.load() != null;
        if (!needed || step + Site.STEPS_PER_DAY < forecastUntil) {
            return;
        }
        var steps = new ArrayList<LedgerEvent.ForecastStep>();
        int reservedWh = Math.ceilDiv(around.mostLoadW(), Site.STEPS_PER_HOUR);
        for (int t = step; t < step + FORECAST_STEPS; t++) {
            LocalDateTime moment = moment(t).minusDays(1);
            steps.add(new LedgerEvent.ForecastStep(around.loadWh(moment), reservedWh, around.pvWh(moment), 0));
        }
        state.apply(new LedgerEvent.ForecastPublished(0, FIRST_TIMESTEP + step, steps));
        forecastUntil = step + FORECAST_EVERY_STEPS + Site.STEPS_PER_DAY;
    }

    private LocalDateTime moment(int step) {
        return site.start().plusSeconds((long) step * Site.STEP_SECONDS);
    }

    private Car car(int session) {
        Car car = carOf.get(session);
        if (car == null) {
            throw new IllegalStateException("session " + session + " has no car");
        }
        return car;
    }

    /** Whether nothing can happen before the next car comes. */
    private boolean isQuiet() {
        return state.sessions().stream()
                .noneMatch(s -> s.status() == Session.Status.REQUESTED || s.remainingWh() > 0 || s.awaitsReading());
    }

    private int nextArrival() {
        return nextVisit < site.visits().size() ? site.visits().get(nextVisit).firstStep() : Integer.MAX_VALUE;
    }
}
