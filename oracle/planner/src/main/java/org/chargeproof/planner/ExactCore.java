package org.chargeproof.planner;

import java.util.Arrays;

/**
 * The aggregate that takes the lowest keys of the policy's order that the sessions allow: divide and conquer for a
 * separable convex function over a base polytope (Groenevelt 1991; Fujishige, Submodular Functions and Optimization,
 * section 8; for integers Frank and Murota, arXiv 2007.09616). See "Divide and conquer" in {@code
 * docs/concepts/planner.md}. Reusable workspace, for one thread; allocates only to grow.
 */
final class ExactCore {
    private final WaterFill waterFill = new WaterFill();
    private final Cuts cuts = new Cuts();

    // every node of the recursion owns a range of steps and a range of sessions, by departure
    private final int[] step = new int[Limits.STEPS];
    private final int[] energyWh = new int[Limits.SESSIONS];
    private final int[] maxWhPerStep = new int[Limits.SESSIONS];

    /** How many of the node's steps lie before the arrival, and before the departure. */
    private final int[] arrival = new int[Limits.SESSIONS];

    private final int[] departure = new int[Limits.SESSIONS];

    // net load and room with what is decided so far, by step
    private final int[] levelWh = new int[Limits.STEPS];
    private final int[] roomWh = new int[Limits.STEPS];

    // scratch of one node, done with before its children are solved
    private final int[] powerWh = new int[Limits.STEPS + 1];
    private final int[] limitWh = new int[Limits.STEPS];
    private final int[] amountWh = new int[Limits.STEPS];
    private final boolean[] inA = new boolean[Limits.STEPS];
    private final int[] rank = new int[Limits.STEPS + 1];
    private final int[] fullWh = new int[Limits.STEPS + 1];
    private final int[] laterStep = new int[Limits.STEPS];
    private final int[] laterEnergyWh = new int[Limits.SESSIONS];
    private final int[] laterMaxWh = new int[Limits.SESSIONS];
    private final int[] laterArrival = new int[Limits.SESSIONS];
    private final int[] laterDeparture = new int[Limits.SESSIONS];

    /**
     * Finds the aggregate.
     *
     * @param order the policy's order
     * @param steps T
     * @param baseWh net load without the sessions, T values
     * @param capWh room for the sessions, T values
     * @param demand the sessions, feasible under the room
     * @param aggregateWh result, T values
     */
    void solve(PolicyOrder order, int steps, int[] baseWh, int[] capWh, Demand demand, int[] aggregateWh) {
        System.arraycopy(baseWh, 0, levelWh, 0, steps);
        System.arraycopy(capWh, 0, roomWh, 0, steps);
        int count = 0;
        for (int n = 0; n < demand.count; n++) {
            if (demand.energyWh[n] > 0) {
                energyWh[count] = demand.energyWh[n];
                maxWhPerStep[count] = demand.maxWhPerStep[n];
                arrival[count] = demand.arrivalStep[n];
                departure[count] = demand.departureStep[n];
                count++;
            }
        }
        for (int t = 0; t < steps; t++) {
            step[t] = t;
        }
        divide(order, 0, 0, count);
        for (int t = 0; t < steps; t++) {
            aggregateWh[t] = levelWh[t] - baseWh[t];
        }
    }

    /** Solves the node with the steps from {@code step[fromStep]} on and the sessions {@code [from..to)}. */
    private void divide(PolicyOrder order, int fromStep, int from, int to) {
        if (from == to) {
            return;
        }
        // steps after the last departure take nothing
        int count = departure[to - 1];
        int totalWh = limits(fromStep, count, from, to);
        waterFill.fill(order, step, fromStep, count, levelWh, limitWh, totalWh, amountWh);
        // a single session can take whatever is within its power
        if (to - from == 1 || fits(totalWh, from, to)) {
            for (int j = 0; j < count; j++) {
                raise(step[fromStep + j], amountWh[j]);
            }
            return;
        }
        // the sessions cannot fill the steps of A that far: there they give all they can, and the rest goes elsewhere
        cuts.limiting(count, inA);
        int splitStep = splitSteps(fromStep, count);
        int split = splitSessions(from, to);
        int fullHereWh = 0;
        for (int j = 0; j < splitStep - fromStep; j++) {
            fullHereWh += fullWh[j];
            raise(step[fromStep + j], fullHereWh);
        }
        divide(order, fromStep, from, split);
        divide(order, splitStep, split, to);
    }

    /** No step takes more than it has room for, nor more than the sessions present can give; returns their energy. */
    private int limits(int fromStep, int count, int from, int to) {
        int totalWh = 0;
        Arrays.fill(powerWh, 0, count + 1, 0);
        for (int i = from; i < to; i++) {
            int mostWh = Math.min(energyWh[i], maxWhPerStep[i]);
            powerWh[arrival[i]] += mostWh;
            powerWh[departure[i]] -= mostWh;
            totalWh += energyWh[i];
        }
        int presentWh = 0;
        for (int j = 0; j < count; j++) {
            presentWh += powerWh[j];
            limitWh[j] = Math.min(roomWh[step[fromStep + j]], presentWh);
        }
        return totalWh;
    }

    private boolean fits(int totalWh, int from, int to) {
        cuts.clear();
        for (int i = from; i < to; i++) {
            cuts.add(energyWh[i], maxWhPerStep[i], arrival[i], departure[i]);
        }
        return cuts.most(amountWh) == totalWh;
    }

    /** Moves the steps of A to the front, both parts staying in the order of time; returns where the others start. */
    private int splitSteps(int fromStep, int count) {
        int front = fromStep;
        int later = 0;
        rank[0] = 0;
        for (int j = 0; j < count; j++) {
            rank[j + 1] = rank[j] + (inA[j] ? 1 : 0);
            if (inA[j]) {
                step[front++] = step[fromStep + j];
            } else {
                laterStep[later++] = step[fromStep + j];
            }
        }
        System.arraycopy(laterStep, 0, step, front, later);
        return front;
    }

    /**
     * Sessions that want more than they can take in A take full power there, which is noted in {@code fullWh} by the steps
     * of A at which it sets in and ends, and go on outside; the others go on in A alone. Returns where the former start.
     */
    private int splitSessions(int from, int to) {
        Arrays.fill(fullWh, 0);
        int front = from;
        int later = 0;
        for (int i = from; i < to; i++) {
            int first = rank[arrival[i]];
            int end = rank[departure[i]];
            int mostWh = maxWhPerStep[i] * (end - first);
            if (energyWh[i] > mostWh) {
                fullWh[first] += maxWhPerStep[i];
                fullWh[end] -= maxWhPerStep[i];
                laterEnergyWh[later] = energyWh[i] - mostWh;
                laterMaxWh[later] = maxWhPerStep[i];
                laterArrival[later] = arrival[i] - first;
                laterDeparture[later] = departure[i] - end;
                later++;
            } else {
                energyWh[front] = energyWh[i];
                maxWhPerStep[front] = maxWhPerStep[i];
                arrival[front] = first;
                departure[front] = end;
                front++;
            }
        }
        System.arraycopy(laterEnergyWh, 0, energyWh, front, later);
        System.arraycopy(laterMaxWh, 0, maxWhPerStep, front, later);
        System.arraycopy(laterArrival, 0, arrival, front, later);
        System.arraycopy(laterDeparture, 0, departure, front, later);
        return front;
    }

    private void raise(int t, int energyWh) {
        levelWh[t] += energyWh;
        roomWh[t] -= energyWh;
    }

    /** Sessions and layers looked at since this was made. */
    long work() {
        return cuts.work();
    }
}
