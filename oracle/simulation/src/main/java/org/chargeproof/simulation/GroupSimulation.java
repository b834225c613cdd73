package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.simulation.rule.Rule;
import org.jspecify.annotations.Nullable;

/**
 * One group through all of its days, under one rule. A plan knows the meters of the timestep before the last one, as on the ledger. A
 * request counts from the first whole step on, and a departure ends with the last one, unless cars start at once.
 */
final class GroupSimulation {
    private final Site site;
    private final Surroundings around;
    private final GroupLedger ledger;
    private final Rule rule;
    private final Habits habits;
    private final @Nullable PlanCheck check;
    private final Readings readings;
    private final @Nullable Equipment equipment;
    private final Tally tally = new Tally();

    /** All cars that are not accounted for, by session; those among them that are there. */
    private final Map<Integer, Car> cars = new HashMap<>();

    private final List<Car> present = new ArrayList<>();

    private static final int GATE_SECONDS = 60;
    private static final int OVERLAP_SECONDS = 120;

    /** Meters now, and before the last step that was charged. */
    private final long[] registerWh;

    private final long[] registerBeforeWh;
    private int chargedStep = Integer.MIN_VALUE;
    private int nextVisit;

    /** Hears what the meters read. */
    interface Readings {
        /**
         * A car was there in a step, accepted.
         *
         * @param visit with what is possible in its whole steps
         */
        void took(int step, Visit visit, int takenWh);

        /**
         * A step is over.
         *
         * @param batteryWh what the group's battery took, below 0 for what it gave
         * @param storedWh what it stores now
         * @param gridWh net load of the group, below 0 when it feeds in
         */
        default void passed(int step, int batteryWh, int storedWh, long gridWh) {}

        /**
         * A request is decided.
         *
         * @param visit with what is possible in its whole steps
         * @param promisedWh 0 when it is refused
         */
        default void decided(Visit visit, boolean accepted, int promisedWh) {}
    }

    /**
     * Prepares a run.
     *
     * @param habits how the site is run
     * @param check looks at every plan; null for none
     */
    GroupSimulation(
            Site site, Surroundings around, GroupPolicy policy, Rule rule, Habits habits, @Nullable PlanCheck check) {
        this(site, around, policy, rule, habits, check, (step, visit, takenWh) -> {});
    }

    /** The same, with somebody who reads the meters. */
    GroupSimulation(
            Site site,
            Surroundings around,
            GroupPolicy policy,
            Rule rule,
            Habits habits,
            @Nullable PlanCheck check,
            Readings readings) {
        this(site, around, policy, rule, habits, check, readings, null);
    }

    /** The same, with battery and phases; null for none. */
    GroupSimulation(
            Site site,
            Surroundings around,
            GroupPolicy policy,
            Rule rule,
            Habits habits,
            @Nullable PlanCheck check,
            Readings readings,
            @Nullable Equipment equipment) {
        this.equipment = equipment;
        this.site = site;
        this.around = around;
        this.ledger = new GroupLedger(site, around, policy, habits);
        this.rule = rule;
        this.habits = habits;
        this.check = check;
        this.readings = readings;
        this.registerWh = new long[site.ratedW().length];
        this.registerBeforeWh = new long[site.ratedW().length];
    }

    /** Runs all days. */
    Tally run() {
        return run(nextArrival(), site.lastStep());
    }

    /** Runs from a step on to the last one, in which nothing but what came before is known of the days after it. */
    Tally run(int firstStep, int lastStep) {
        int step = firstStep;
        while (step <= lastStep) {
            passGate(step);
            charge(step);
            settle(step + 1);
            step = equipment == null && ledger.isQuiet() ? Math.max(step + 1, nextArrival()) : step + 1;
        }
        settle(Integer.MAX_VALUE);
        tally.batteryStoredWh = equipment == null ? 0 : equipment.storedWh();
        return tally;
    }

    /** What the ledger hears before the gate, and the plan that is made then. */
    private void passGate(int step) {
        report(step - 2);
        ledger.announce(step);
        unplug(step);
        if (!habits.atOnce()) {
            plugIn(step);
        }
        if (!ledger.hasSessions() && (equipment == null || !equipment.plansAlways())) {
            if (habits.atOnce()) {
                draw(step, ledger.makeFinal(step, new int[registerWh.length], List.of()));
                ask(step - 1, step + 1, (long) step * Site.STEP_SECONDS);
            }
            return;
        }
        GroupInput input = ledger.input(step);
        long start = System.nanoTime();
        Rule.Answer answer = equipment == null ? rule.answer(input) : equipment.answer(input, rule);
        tally.planNanos += System.nanoTime() - start;
        tally.plans++;
        if (check != null && check.looksAt(input)) {
            check.check(input, answer);
            tally.checkedPlans++;
        }
        takeEffect(step, input, answer);
        if (habits.atOnce()) {
            // behind the gate: planned one step later
            ask(step - 1, step + 1, (long) step * Site.STEP_SECONDS);
        }
    }

    /** Those ask who come in a step before a moment. */
    private void ask(int step, int firstStep, long untilSeconds) {
        for (; nextVisit < site.visits().size(); nextVisit++) {
            Visit visit = site.visits().get(nextVisit);
            if (visit.plugInSeconds() >= untilSeconds) {
                return;
            }
            for (Car car : present) {
                end(car, visit.plugInSeconds());
            }
            Visit asked = visit.inSeconds(site.ratedW()[visit.point()]);
            boolean isTaken = ledger.isTaken(visit.point()) && !makesRoom(visit);
            tally.possibleWh += isTaken ? 0 : asked.takesWh();
            if (asked.statedWh() == 0) {
                tally.tooShort++;
                tally.lostToGridWh += visit.takesWh();
            } else if (isTaken) {
                tally.occupied++;
            } else {
                tally.lostToGridWh += visit.takesWh() - asked.takesWh();
                tally.wantedWh += asked.takesWh();
                // all that whole steps can give is the most that can be promised
                long wholeWh = (long) (asked.departureStep() - firstStep)
                        * (site.ratedW()[visit.point()] / Site.STEPS_PER_HOUR);
                tally.requests += wholeWh > 0 ? 1 : 0;
                tally.interimOnly += wholeWh > 0 ? 0 : 1;
                int leastWh = habits.takesLess() ? 1 : Math.clamp(wholeWh, 1, asked.statedWh());
                var grants = ledger.request(step, firstStep, asked, leastWh);
                var car = new Car(asked, ledger.lastSession());
                cars.put(car.session, car);
                present.add(car);
                // who comes behind the gate is too late for the rest of its step
                draw(firstStep - 1, grants);
            }
        }
    }

    /** Whether the car before is as good as gone: stamps of real sessions overlap by up to a minute. */
    private boolean makesRoom(Visit visit) {
        for (Car car : present) {
            boolean isBefore = car.visit.point() == visit.point() && !car.ended;
            if (isBefore && car.visit.plugOutSeconds() - visit.plugInSeconds() <= OVERLAP_SECONDS) {
                end(car, car.visit.plugOutSeconds());
                return true;
            }
        }
        return false;
    }

    /** Cars are told of interim power in a step. */
    private void draw(int step, List<GroupLedger.Grant> grants) {
        for (var grant : grants) {
            if (grant.step() == step) {
                Car car = car(grant.session());
                car.setpointWh = grant.powerW() / Site.STEPS_PER_HOUR;
                car.interim = true;
            }
        }
    }

    /** Tells the ledger of a car that has left by a moment. */
    private void end(Car car, long seconds) {
        if (!car.ended && car.visit.plugOutSeconds() <= seconds) {
            car.ended = true;
            ledger.end(car.session, car.visit);
        }
    }

    private void takeEffect(int step, GroupInput input, Rule.Answer answer) {
        var setpointWh = new int[registerWh.length];
        for (int i = 0; i < answer.energyWh().length; i++) {
            var session = input.sessions().get(i);
            setpointWh[session.chargePoint()] = answer.energyWh()[i];
            car(session.sessionId()).setpointWh = answer.energyWh()[i];
        }
        var grants = ledger.makeFinal(step, setpointWh, answer.decisions());
        for (var d : answer.decisions()) {
            Car car = car(d.sessionId());
            car.accepted = d.accepted();
            readings.decided(car.visit, d.accepted(), d.accepted() ? d.energyWh() : 0);
            if (d.accepted()) {
                tally.accepted++;
                tally.acceptedInPart += d.energyWh() < car.visit.statedWh() ? 1 : 0;
                car.promisedWh = d.energyWh();
            } else {
                settle(car);
                present.remove(car);
            }
        }
        draw(step, grants);
    }

    private void plugIn(int step) {
        for (; nextVisit < site.visits().size() && site.visits().get(nextVisit).askStep() <= step; nextVisit++) {
            Visit visit = site.visits().get(nextVisit);
            Visit asked = visit.inWholeSteps(site.ratedW()[visit.point()]);
            boolean isTaken = ledger.isTaken(visit.point());
            tally.possibleWh +=
                    isTaken ? 0 : visit.inSeconds(site.ratedW()[visit.point()]).takesWh();
            if (asked.statedWh() == 0) {
                tally.tooShort++;
                tally.lostToGridWh += visit.takesWh();
            } else if (isTaken) {
                tally.occupied++;
            } else {
                tally.requests++;
                tally.wantedWh += asked.takesWh();
                tally.lostToGridWh += visit.takesWh() - asked.takesWh();
                ledger.request(step - 1, step, asked, leastWh(asked));
                var car = new Car(asked, ledger.lastSession());
                cars.put(car.session, car);
                present.add(car);
            }
        }
    }

    private int leastWh(Visit asked) {
        if (asked.asks() != null) {
            return Math.min(asked.asks().leastWh(), asked.statedWh());
        }
        return habits.takesLess() ? 1 : asked.statedWh();
    }

    /** Cars that have left by the beginning of a step. */
    private void unplug(int step) {
        for (int i = present.size() - 1; i >= 0; i--) {
            Car car = present.get(i);
            end(car, (long) step * Site.STEP_SECONDS);
            if (car.ended) {
                present.remove(i);
            }
        }
    }

    /** A step passes. */
    private void charge(int step) {
        if (habits.atOnce()) {
            ask(step, step + 1, (step + 1L) * Site.STEP_SECONDS - GATE_SECONDS);
        }
        System.arraycopy(registerWh, 0, registerBeforeWh, 0, registerWh.length);
        chargedStep = step;
        long toldWh = 0;
        boolean anyInterim = false;
        long chargedWh = 0;
        for (Car car : present) {
            toldWh += car.interim ? car.setpointWh : atMostWh(car);
            anyInterim |= car.interim;
            boolean isInterim = car.interim;
            boolean isBurst = !isInterim && car.setpointWh < atMostWh(car);
            int takenWh = car.charge(step);
            if (takenWh > 0) {
                car.runs(step, isBurst);
            }
            tally.interimWh += isInterim ? takenWh : 0;
            readings.took(step, car.visit, takenWh);
            if (equipment != null) {
                equipment.took(car.visit.point(), takenWh);
            }
            registerWh[car.visit.point()] += takenWh;
            chargedWh += takenWh;
            if (takenWh > 0 && car.missingWh() == 0) {
                tally.finished++;
                double steps = step + 1 - (double) car.visit.plugInSeconds() / Site.STEP_SECONDS;
                tally.hoursToFinish += steps / Site.STEPS_PER_HOUR;
            }
        }
        account(step, anyInterim ? Math.max(toldWh, chargedWh) : chargedWh, chargedWh);
    }

    /** At any second: who runs for a part of the step runs at its least power. */
    private int atMostWh(Car car) {
        int leastWh = habits.minCurrent() ? Math.ceilDiv(site.minW()[car.visit.point()], Site.STEPS_PER_HOUR) : 0;
        return car.setpointWh == 0 ? 0 : Math.max(car.setpointWh, leastWh);
    }

    /** @param mostWh what cars were told, if it were drawn all the step, where seconds count; otherwise what they took */
    private void account(int step, long mostWh, long chargedWh) {
        int otherWh = around.loadWh(step);
        int pvWh = around.pvWh(step);
        int batteryWh = equipment == null ? 0 : equipment.pass(chargedWh, otherWh, pvWh, tally);
        int storedWh = equipment == null ? 0 : equipment.storedWh();
        readings.passed(step, batteryWh, storedWh, chargedWh + otherWh + batteryWh - pvWh);
        // what the cabinet carries
        int loadWh = otherWh + batteryWh;
        int capacityWh = around.limitW(step) / Site.STEPS_PER_HOUR;
        tally.deliveredWh += chargedWh;
        tally.greenWh += Math.min(chargedWh, Math.max(0, pvWh - otherWh));
        tally.sumOfSquares += (double) chargedWh * chargedWh;
        tally.peakOfLimit = Math.max(tally.peakOfLimit, (double) (chargedWh + loadWh) / capacityWh);
        if (mostWh + loadWh > capacityWh) {
            tally.stepsAboveLimit++;
            tally.aboveLimitWh += mostWh + loadWh - capacityWh;
        }
    }

    /** Accounts for cars that have departed by a step. */
    private void settle(int step) {
        cars.values().removeIf(car -> {
            if (!car.settled && Math.ceilDiv(car.visit.plugOutSeconds(), (long) Site.STEP_SECONDS) <= step) {
                settle(car);
            }
            return car.settled && !present.contains(car);
        });
    }

    private void settle(Car car) {
        car.settled = true;
        double share = car.visit.takesWh() == 0 ? 1 : (double) car.takenWh / car.visit.takesWh();
        tally.shares += share;
        tally.squaredShares += share * share;
        if (car.starts > 0) {
            tally.charged++;
            tally.starts += car.starts;
            tally.mostStarts = Math.max(tally.mostStarts, car.starts);
        }
        if (car.accepted) {
            int dueWh = Math.min(car.promisedWh, car.visit.takesWh());
            int servedWh = Math.min(car.takenWh, dueWh);
            tally.promisedWh += dueWh;
            tally.servedOfPromisedWh += servedWh;
            boolean leftEarly = car.visit.plugOutSeconds() < (long) car.visit.departureStep() * Site.STEP_SECONDS;
            tally.leftBehindWh += leftEarly ? dueWh - servedWh : 0;
        }
    }

    private void report(int step) {
        var occupied = new boolean[registerWh.length];
        long end = (step + 1L) * Site.STEP_SECONDS;
        for (Car car : present) {
            Visit v = car.visit;
            occupied[v.point()] |= v.plugInSeconds() <= end && v.plugOutSeconds() > end;
        }
        // the last step's energy is not read yet
        ledger.report(step, step < chargedStep ? registerBeforeWh : registerWh, occupied);
    }

    private Car car(int session) {
        return Objects.requireNonNull(cars.get(session));
    }

    private int nextArrival() {
        if (nextVisit == site.visits().size()) {
            return Integer.MAX_VALUE;
        }
        Visit next = site.visits().get(nextVisit);
        // at once: the plan of the step in which it comes must be there
        return habits.atOnce() ? (int) (next.plugInSeconds() / Site.STEP_SECONDS) : next.askStep();
    }
}
