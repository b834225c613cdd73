package org.chargeproof.site.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;

/**
 * What batteries and limits of phases have to go along with: the sessions that the planner serves without them, with the energy it
 * promises them, and the room and the net load that the others leave ("What is computed", 1 to 4, in docs/reference/planner-encoding.md).
 *
 * @param demands sessions that join and get energy
 * @param baseWh net load without them, T values, may be negative
 * @param capWh room for them and what the battery takes, T values
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Served(List<Demand> demands, int[] baseWh, int[] capWh) {
    private static final int SECONDS_PER_HOUR = 3600;

    /**
     * A session that joins.
     *
     * @param sessionId in the input
     * @param chargePoint in the input
     * @param energyWh what the plan promises it, above 0
     * @param maxWhPerStep what it takes at most in a step
     * @param arrivalStep the first step in which it is there
     * @param departureStep the step in which it is gone
     */
    public record Demand(
            int sessionId, int chargePoint, int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {

        /** What it takes at most in a step: nothing unless it is there. */
        public int mostWh(int step) {
            return step < arrivalStep || step >= departureStep ? 0 : maxWhPerStep;
        }
    }

    /**
     * States what there is to serve.
     *
     * @param input the group's input
     * @param plan what the planner makes of it
     * @throws IllegalStateException if the plan is of another input
     */
    public static Served of(GroupInput input, Plan plan) {
        int steps = input.stepCount();
        var baseWh = new int[steps];
        var roomWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            baseWh[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
            roomWh[t] = input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t];
        }
        var sessions = new HashMap<Integer, GroupInput.Session>();
        input.sessions().forEach(session -> sessions.put(session.sessionId(), session));
        var demands = new ArrayList<Demand>();
        var present = new HashMap<Integer, int[]>();
        for (var row : plan.rows()) {
            var session = sessions.get(row.sessionId());
            if (session == null) {
                throw new IllegalStateException("the plan serves session " + row.sessionId() + ", which has not asked");
            }
            if (!row.joins()) {
                takeFullPower(row.energyWh(), session.minWhPerStep(), baseWh, roomWh);
                continue;
            }
            int energyWh = 0;
            for (int stepWh : row.energyWh()) {
                energyWh += stepWh;
            }
            if (energyWh > 0) {
                demands.add(new Demand(
                        session.sessionId(),
                        session.chargePoint(),
                        energyWh,
                        session.maxWhPerStep(),
                        session.arrivalStep(),
                        session.departureStep()));
                int[] count = present.computeIfAbsent(session.minWhPerStep(), minWh -> new int[steps]);
                for (int t = session.arrivalStep(); t < session.departureStep(); t++) {
                    count[t]++;
                }
            }
        }
        keepReserve(present, SECONDS_PER_HOUR / input.stepsPerHour(), roomWh);
        for (int t = 0; t < steps; t++) {
            roomWh[t] = Math.max(0, roomWh[t]);
        }
        return new Served(demands, baseWh, roomWh);
    }

    /** Returns T, the number of steps. */
    public int steps() {
        return capWh.length;
    }

    /**
     * The same without step 0.
     *
     * @param plan what happens in it
     * @return what is left then, in the same steps, with no room in step 0
     */
    public Served afterFirstStep(Plan plan) {
        var first = new HashMap<Integer, Integer>();
        plan.rows().forEach(row -> first.put(row.sessionId(), row.energyWh()[0]));
        var left = new ArrayList<Demand>();
        for (var demand : demands) {
            int leftWh = demand.energyWh() - first.getOrDefault(demand.sessionId(), 0);
            if (leftWh > 0) {
                left.add(new Demand(
                        demand.sessionId(),
                        demand.chargePoint(),
                        leftWh,
                        demand.maxWhPerStep(),
                        demand.arrivalStep(),
                        demand.departureStep()));
            }
        }
        int[] laterCapWh = capWh.clone();
        laterCapWh[0] = 0;
        return new Served(left, baseWh, laterCapWh);
    }

    private static void takeFullPower(int[] energyWh, int minWhPerStep, int[] baseWh, int[] roomWh) {
        for (int t = 0; t < energyWh.length; t++) {
            baseWh[t] += energyWh[t];
            roomWh[t] -= energyWh[t] > 0 ? Math.max(energyWh[t], minWhPerStep) : 0;
        }
    }

    /** The reserve for sessions that run at their least power for part of a step. */
    private static void keepReserve(HashMap<Integer, int[]> present, int secondsPerStep, int[] roomWh) {
        present.forEach((minWh, count) -> {
            for (int t = 0; t < roomWh.length; t++) {
                roomWh[t] -= count[t] == 0 ? 0 : minWh + minWh * count[t] / secondsPerStep;
            }
        });
    }
}
