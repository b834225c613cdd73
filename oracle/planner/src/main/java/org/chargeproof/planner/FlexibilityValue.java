package org.chargeproof.planner;

import java.util.Arrays;

/**
 * What each session's flexibility is worth to its group: how much dearer the others' plan would be if it charged at full power from its
 * arrival on (the pivot rule of Clarke, Multipart pricing of public goods, 1971). The cost of a plan is the sum of squared net
 * load, for the flattest plan without a limit: a limit would make a session worth what it cannot help. Integers, in Wh^2.
 *
 * <p>Nothing is gained by stating a longer stay than is kept, if what is paid goes by the stay and the energy that were real. An instance
 * is a reusable workspace for one thread.
 */
public final class FlexibilityValue {
    private static final int NO_LIMIT_WH = 1 << 30;

    private final Solver solver = new Solver();
    private final ExactCore core = new ExactCore();
    private final PolicyOrder order = new PolicyOrder();
    private final int[] baseWh = new int[Limits.STEPS];
    private final int[] roomWh = new int[Limits.STEPS];
    private final int[] aggregateWh = new int[Limits.STEPS];

    /** Creates a workspace. */
    public FlexibilityValue() {}

    /**
     * Values the sessions of a group.
     *
     * @param input the group's input, with stays and energies to be valued
     * @return Wh^2 by place of the session in the input, never negative; 0 for sessions that do not join, are refused, or get nothing
     */
    public long[] of(GroupInput input) {
        solver.solve(input);
        int steps = input.stepCount();
        Demand demand = solver.demand();
        System.arraycopy(solver.admission().baseWh(), 0, baseWh, 0, steps);
        Arrays.fill(roomWh, 0, steps, NO_LIMIT_WH);
        order.setFlat(steps);
        long together = cost(steps, demand);
        long[] value = new long[input.sessions().size()];
        for (int n = 0; n < demand.count; n++) {
            int energyWh = demand.energyWh[n];
            fix(1, n, energyWh, demand);
            demand.energyWh[n] = 0;
            value[demand.inputIndex[n]] = cost(steps, demand) - together;
            demand.energyWh[n] = energyWh;
            fix(-1, n, energyWh, demand);
        }
        return value;
    }

    /** Adds a session's full power from its arrival on to the net load, or takes it off again. */
    private void fix(int sign, int n, int energyWh, Demand demand) {
        int leftWh = energyWh;
        for (int t = demand.arrivalStep[n]; leftWh > 0; t++) {
            int stepWh = Math.min(demand.maxWhPerStep[n], leftWh);
            baseWh[t] += sign * stepWh;
            leftWh -= stepWh;
        }
    }

    /** The least sum of squares. Energies add up to 2^30 at most, so it stays below 2^62. */
    private long cost(int steps, Demand demand) {
        core.solve(order, steps, baseWh, roomWh, demand, aggregateWh);
        long cost = 0;
        for (int t = 0; t < steps; t++) {
            long levelWh = (long) baseWh[t] + aggregateWh[t];
            cost += levelWh * levelWh;
        }
        return cost;
    }
}
