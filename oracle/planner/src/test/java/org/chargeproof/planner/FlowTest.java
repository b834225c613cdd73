package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Feasibility and optimality against the flow algorithms of JGraphT, at real sizes. */
class FlowTest {

    @Test
    void feasibilityIsMaxFlow() {
        PrefixCuts cuts = new PrefixCuts();
        for (int seed = 0; seed < 10_000; seed++) {
            Seeded random = new Seeded(seed);
            int steps = random.between(1, seed % 50 == 0 ? 96 : 12);
            int unit = random.percent(50) ? 6 : 60_000;
            List<Problem.Wish> wishes = new ArrayList<>();
            cuts.clear();
            for (int i = random.below(8); i > 0; i--) {
                int max = random.between(1, unit);
                int departure = random.between(1, steps);
                int energy = random.below(max * departure * 5 / 4 + 1);
                wishes.add(new Problem.Wish(energy, max, departure));
                cuts.add(energy, max, departure);
            }
            int[] room = new int[steps];
            for (int t = 0; t < steps; t++) {
                room[t] = random.percent(20) ? 0 : random.below(random.percent(10) ? 1 << 27 : 3 * unit);
            }
            List<Integer> rooms = Arrays.stream(room).boxed().toList();
            assertThat(cuts.most(room)).as("seed %d", seed).isEqualTo(Flows.most(wishes, rooms));
        }
    }

    @Test
    void aggregateIsTheCheapestFlow() {
        Planner planner = new Planner();
        for (int seed = 0; seed < 400; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.SMALL);
            Plan plan = planner.plan(input);
            Problem problem = Problem.of(input, plan);
            PolicyOrder order = new PolicyOrder();
            order.set(input, plan.leastPeakWh());
            int most = problem.wishes().stream()
                    .mapToInt(Problem.Wish::maxWhPerStep)
                    .sum();
            List<int[]> units = new ArrayList<>();
            for (int t = 0; t < problem.steps(); t++) {
                for (int k = 1; k <= Math.min(problem.capWh().get(t), most); k++) {
                    units.add(new int[] {t, problem.baseWh().get(t) + k});
                }
            }
            units.sort(Comparator.comparingLong(unit -> order.key(unit[0], unit[1])));
            List<Integer> unitStep = units.stream().map(unit -> unit[0]).toList();
            assertThat(plan.aggregateWh()).as("seed %d", seed).isEqualTo(Flows.cheapest(problem, unitStep));
        }
    }

    /**
     * A plan takes the lowest keys exactly when, for every key, it takes as many units up to that key as any plan can;
     * and how many that are is a maximum flow.
     */
    @Test
    void takesAsManyUnitsUpToAnyKeyAsAnyPlan() {
        Planner planner = new Planner();
        int compared = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            Instances.Scale scale = seed % 10 == 0 ? Instances.Scale.LARGE : Instances.Scale.MEDIUM;
            GroupInput input = Instances.random(seed, scale);
            Plan plan = planner.plan(input);
            Problem problem = Problem.of(input, plan);
            assertThat(Flows.most(problem.wishes(), problem.capWh())).isEqualTo(problem.totalWh());
            Seeded random = new Seeded(seed);
            for (int n = 0; n < 3 && problem.totalWh() > 0; n++) {
                int t = random.below(problem.steps());
                if (plan.aggregateWh()[t] > 0) {
                    compareUpTo(input, plan, problem, t, random.between(1, plan.aggregateWh()[t]), seed);
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(800);
    }

    private static void compareUpTo(GroupInput input, Plan plan, Problem problem, int step, int amount, int seed) {
        PolicyOrder order = new PolicyOrder();
        order.set(input, plan.leastPeakWh());
        long key = order.key(step, problem.baseWh().get(step) + amount);
        List<Integer> room = new ArrayList<>();
        int taken = 0;
        for (int t = 0; t < problem.steps(); t++) {
            int units = unitsUpTo(
                    key, order, t, problem.baseWh().get(t), problem.capWh().get(t));
            room.add(units);
            taken += Math.min(units, plan.aggregateWh()[t]);
        }
        assertThat(taken)
                .as("seed %d, units up to that of step %d and amount %d", seed, step, amount)
                .isEqualTo((int) Flows.most(problem.wishes(), room));
    }

    static int unitsUpTo(long key, PolicyOrder order, int t, int base, int cap) {
        int fits = 0;
        int tooMany = cap + 1;
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) / 2;
            if (order.key(t, base + middle) <= key) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return fits;
    }

    @Test
    void leastPeakIsTheHighestLevelOfTheFlatPlan() {
        Planner planner = new Planner();
        for (int seed = 0; seed < 2_000; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.MEDIUM);
            Plan early = planner.plan(withPolicy(input, Policy.earliestToPeak(100)));
            Plan flat = planner.plan(withPolicy(input, Policy.flat()));
            Problem problem = Problem.of(input, flat);
            int peak = Integer.MIN_VALUE;
            int peakEarly = Integer.MIN_VALUE;
            for (int t = 0; t < problem.steps(); t++) {
                int base = problem.baseWh().get(t);
                peak = flat.aggregateWh()[t] > 0 ? Math.max(peak, base + flat.aggregateWh()[t]) : peak;
                peakEarly = early.aggregateWh()[t] > 0 ? Math.max(peakEarly, base + early.aggregateWh()[t]) : peakEarly;
            }
            assertThat(early.leastPeakWh()).as("seed %d", seed).isEqualTo(problem.totalWh() == 0 ? 0 : peak);
            assertThat(peakEarly).as("seed %d", seed).isLessThanOrEqualTo(Math.max(0, peak));
        }
    }

    static GroupInput withPolicy(GroupInput input, Policy policy) {
        return new GroupInput(
                input.groupId(),
                input.timestep(),
                input.stepsPerHour(),
                policy,
                input.limitWh(),
                input.reservedLoadWh(),
                input.expectedLoadWh(),
                input.expectedPvWh(),
                input.firmPvWh(),
                input.sessions(),
                input.settlement());
    }
}
