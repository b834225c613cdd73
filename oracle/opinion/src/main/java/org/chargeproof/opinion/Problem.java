package org.chargeproof.opinion;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;

/**
 * What there was to optimize in a plan, stated again from its input: sessions that join, with the energy that the plan
 * promised them, and the room that the others leave.
 *
 * @param demands sessions that join and get energy
 * @param baseWh net load without them, T values, may be negative
 * @param capWh room for them, T values
 * @param plannedWh what the plan gives all of them, T values
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and read in this package only
record Problem(List<Demand> demands, int[] baseWh, int[] capWh, int[] plannedWh) {

    /** A session: its energy within its stay, and what it takes at most, and at its least power, in a step. */
    record Demand(int energyWh, int maxWhPerStep, int minWhPerStep, int arrivalStep, int departureStep) {}

    /**
     * States the problem.
     *
     * @throws Disagreement when the plan's rows do not add up, or exceed a session's power, its stay or the group's limit
     */
    static Problem of(GroupInput input, Plan plan) throws Disagreement {
        int steps = input.stepCount();
        var baseWh = new int[steps];
        var capWh = new int[steps];
        var plannedWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            baseWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
            capWh[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
        }
        var demands = new ArrayList<Demand>();
        for (var row : plan.rows()) {
            var session = session(input, row);
            checkRow(session, row);
            for (int t = 0; t < row.energyWh().length; t++) {
                int energyWh = row.energyWh()[t];
                if (row.joins()) {
                    plannedWh[t] += energyWh;
                } else {
                    baseWh[t] += energyWh;
                    // at its least power it has the room to itself
                    capWh[t] -= energyWh == 0 ? 0 : Math.max(energyWh, session.minWhPerStep());
                }
            }
            int promisedWh = promisedWh(session, row, plan);
            checkSum(row, promisedWh);
            if (row.joins() && promisedWh > 0) {
                demands.add(new Demand(
                        promisedWh,
                        session.maxWhPerStep(),
                        session.minWhPerStep(),
                        session.arrivalStep(),
                        session.departureStep()));
            }
        }
        for (int t = 0; t < steps; t++) {
            int step = t;
            var present = demands.stream().filter(d -> d.arrivalStep() <= step && step < d.departureStep());
            long reserveWh = StepReserve.wh(present.mapToInt(Demand::minWhPerStep), input.stepsPerHour());
            capWh[t] = (int) Math.max(0, capWh[t] - reserveWh);
        }
        for (int t = 0; t < steps; t++) {
            if (plannedWh[t] > capWh[t]) {
                throw new Disagreement("step " + t + " takes " + plannedWh[t] + " Wh, there is room for " + capWh[t]);
            }
            if (plannedWh[t] != plan.aggregateWh()[t]) {
                throw new Disagreement("the rows of step " + t + " add up to " + plannedWh[t]
                        + " Wh, the plan's aggregate is " + plan.aggregateWh()[t]);
            }
        }
        return new Problem(demands, baseWh, capWh, plannedWh);
    }

    int steps() {
        return capWh.length;
    }

    /** The highest net load of a step that the plan uses; the least int when it uses none. */
    int highestLevelWh() {
        int highestWh = Integer.MIN_VALUE;
        for (int t = 0; t < steps(); t++) {
            if (plannedWh[t] > 0) {
                highestWh = Math.max(highestWh, baseWh[t] + plannedWh[t]);
            }
        }
        return highestWh;
    }

    /** A new request may be promised less than it asked for; of a promise made earlier some may be impossible by now. */
    private static int promisedWh(GroupInput.Session session, Plan.Row row, Plan plan) throws Disagreement {
        if (session.accepted()) {
            return session.energyWh() - row.shortfallWh();
        }
        for (var decision : plan.decisions()) {
            if (decision.sessionId() == session.sessionId() && decision.accepted()) {
                return decision.energyWh();
            }
        }
        throw new Disagreement("session " + session.sessionId() + " has a row, but was not accepted");
    }

    private static GroupInput.Session session(GroupInput input, Plan.Row row) throws Disagreement {
        for (var session : input.sessions()) {
            if (session.sessionId() == row.sessionId() && session.chargePoint() == row.chargePoint()) {
                return session;
            }
        }
        throw new Disagreement(
                "session " + row.sessionId() + " at charge point " + row.chargePoint() + " is not in the input");
    }

    private static void checkRow(GroupInput.Session session, Plan.Row row) throws Disagreement {
        String name = "session " + row.sessionId();
        if (row.joins() != session.joins() || row.energyWh().length != session.departureStep()) {
            throw new Disagreement(name + " has " + row.energyWh().length + " steps and joins = " + row.joins()
                    + ", the input says " + session.departureStep() + " and " + session.joins());
        }
        for (int t = 0; t < row.energyWh().length; t++) {
            int mostWh = t < session.arrivalStep() ? 0 : session.maxWhPerStep();
            if (row.energyWh()[t] > mostWh) {
                throw new Disagreement(name + " takes " + row.energyWh()[t] + " Wh in step " + t + ", " + mostWh
                        + " at most are possible");
            }
        }
    }

    private static void checkSum(Plan.Row row, int promisedWh) throws Disagreement {
        long sumWh = 0;
        for (int energyWh : row.energyWh()) {
            sumWh += energyWh;
        }
        if (sumWh != promisedWh) {
            throw new Disagreement(
                    "session " + row.sessionId() + " takes " + sumWh + " Wh, promised are " + promisedWh);
        }
    }
}
