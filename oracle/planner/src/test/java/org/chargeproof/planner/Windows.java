package org.chargeproof.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A random group with reservations, in the planner's own terms: load, PV and limits of {@link Instances}, sessions that can
 * all be served, some of which arrive later.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Windows(GroupInput input, int steps, int[] baseWh, int[] capWh, Demand demand) {

    /** The group of a seed; {@code percentArriving} of the sessions arrive later than at step 0. */
    static Windows random(long seed, Instances.Scale scale, int percentArriving) {
        GroupInput input = Instances.random(seed, scale);
        Seeded random = new Seeded(~seed);
        int steps = input.stepCount();
        int[] base = new int[steps];
        int[] cap = new int[steps];
        for (int t = 0; t < steps; t++) {
            base[t] = input.expectedLoadWh()[t] - input.expectedPvWh()[t];
            cap[t] = Math.max(0, input.limitWh()[t] - input.reservedLoadWh()[t] + input.firmPvWh()[t]);
        }
        return new Windows(input, steps, base, cap, demand(random, scale, cap, percentArriving));
    }

    /** Energies of a plan made at random, with much or little of the room taken. */
    private static Demand demand(Seeded random, Instances.Scale scale, int[] cap, int percentArriving) {
        int steps = cap.length;
        int[] left = cap.clone();
        int hunger = random.between(1, 100);
        List<int[]> sessions = new ArrayList<>();
        for (int i = random.between(1, scale.mostSessions()); i > 0; i--) {
            int max = random.between(1, 2 * scale.unitWh());
            int departure = random.between(1, steps);
            int arrival = random.percent(percentArriving) ? random.below(departure) : 0;
            int energy = 0;
            for (int t = arrival; t < departure; t++) {
                int most = Math.min(max, left[t]);
                int amount = random.percent(hunger) ? most : random.below(most + 1) * hunger / 100;
                left[t] -= amount;
                energy += amount;
            }
            sessions.add(new int[] {energy, max, arrival, departure});
        }
        sessions.sort(Comparator.comparingInt(session -> session[3]));
        Demand demand = new Demand();
        for (int[] session : sessions) {
            int n = demand.count++;
            demand.energyWh[n] = session[0];
            demand.maxWhPerStep[n] = session[1];
            demand.arrivalStep[n] = session[2];
            demand.departureStep[n] = session[3];
            demand.inputIndex[n] = n;
        }
        return demand;
    }

    /** The sessions as the planner tests them. */
    Cuts cuts() {
        Cuts cuts = new Cuts();
        for (int n = 0; n < demand.count; n++) {
            if (demand.energyWh[n] > 0) {
                cuts.add(demand.energyWh[n], demand.maxWhPerStep[n], demand.arrivalStep[n], demand.departureStep[n]);
            }
        }
        return cuts;
    }

    /** What sessions can take in the steps of A, at most, and what the others have room for. */
    long cut(boolean[] inA, int[] room) {
        long cut = 0;
        for (int n = 0; n < demand.count; n++) {
            long most = 0;
            for (int t = demand.arrivalStep[n]; t < demand.departureStep[n]; t++) {
                most += inA[t] ? demand.maxWhPerStep[n] : 0;
            }
            cut += Math.min(demand.energyWh[n], most);
        }
        for (int t = 0; t < steps; t++) {
            cut += inA[t] ? 0 : room[t];
        }
        return cut;
    }

    /** The plan as the planner makes it. */
    Solution solve() {
        return solve(input.policy());
    }

    Solution solve(Policy policy) {
        GroupInput group = FlowTest.withPolicy(input, policy);
        boolean needsPeak = policy.kind() == Policy.Kind.EARLIEST_TO_PEAK;
        int leastPeak = needsPeak ? new LeastPeak().of(baseWh, capWh, demand, cuts()) : 0;
        PolicyOrder order = new PolicyOrder();
        order.set(group, leastPeak);
        int[] aggregate = new int[steps];
        new ExactCore().solve(order, steps, baseWh, capWh, demand, aggregate);
        int[][] energy = new int[demand.count][Limits.STEPS];
        new Split().split(steps, padded(aggregate), demand, energy);
        long[] price = new long[steps];
        new Prices().compute(order, steps, baseWh, aggregate, demand, energy, price);
        return new Solution(order, leastPeak, aggregate, energy, price);
    }

    /** As long as the planner's own arrays. */
    static int[] padded(int[] values) {
        return Arrays.copyOf(values, Limits.STEPS);
    }

    /** What a plan consists of. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Solution(PolicyOrder order, int leastPeakWh, int[] aggregateWh, int[][] energyWh, long[] price) {}
}
