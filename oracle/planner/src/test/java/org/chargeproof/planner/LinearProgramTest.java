package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/** A sample of plans against linear programs, solved by ojAlgo: two values that have to be optimal. */
class LinearProgramTest {
    private static final double TOLERANCE_WH = 1e-3;

    @Test
    void noPlanHasALowerPeak() {
        Planner planner = new Planner();
        int solved = 0;
        for (int seed = 0; solved < 60; seed++) {
            GroupInput input =
                    FlowTest.withPolicy(Instances.random(seed, Instances.Scale.MEDIUM), Policy.earliestToPeak(150));
            Plan plan = planner.plan(input);
            Problem problem = Problem.of(input, plan);
            if (problem.totalWh() == 0) {
                continue;
            }
            solved++;
            ExpressionsBasedModel model = new ExpressionsBasedModel();
            Variable peak = model.newVariable("peak").weight(1);
            peak.lower(-1e9).upper(1e9);
            List<Expression> columns = columns(model, problem);
            for (int t = 0; t < problem.steps(); t++) {
                int base = problem.baseWh().get(t);
                // a step whose base alone exceeds the claimed peak may not be used at all, or it would set the peak
                boolean usable = base < plan.leastPeakWh();
                columns.get(t).upper(usable ? problem.capWh().get(t) : 0);
                if (usable) {
                    columnCopy(model, columns.get(t), "level" + t).set(peak, -1).upper(-base);
                }
            }
            Optimisation.Result result = model.minimise();
            assertThat(result.getState().isOptimal()).as("seed %d", seed).isTrue();
            assertThat(Math.ceil(result.getValue() - TOLERANCE_WH))
                    .as("seed %d", seed)
                    .isEqualTo(plan.leastPeakWh());
        }
    }

    @Test
    void noPlanTakesLessFromHigherBands() {
        Planner planner = new Planner();
        int solved = 0;
        for (int seed = 0; solved < 60; seed++) {
            GroupInput random = Instances.random(seed, Instances.Scale.MEDIUM);
            Seeded classes = new Seeded(seed);
            byte[] stepClass = new byte[random.stepCount()];
            for (int t = 0; t < stepClass.length; t++) {
                stepClass[t] = (byte) classes.below(3);
            }
            GroupInput input = FlowTest.withPolicy(random, Policy.greenBands(50, stepClass));
            Plan plan = planner.plan(input);
            Problem problem = Problem.of(input, plan);
            if (problem.totalWh() == 0) {
                continue;
            }
            solved++;
            compareCost(input, plan, problem, seed);
        }
    }

    /** The cost of a unit is the rank of its band and class: lower ones are filled as far as possible. */
    private static void compareCost(GroupInput input, Plan plan, Problem problem, int seed) {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        List<Expression> columns = columns(model, problem);
        double planned = 0;
        for (int t = 0; t < problem.steps(); t++) {
            int base = problem.baseWh().get(t);
            int cap = problem.capWh().get(t);
            int soft = (int) ((long) input.limitWh()[t] * 50 / 100);
            TreeMap<Integer, Integer> roomByCost = new TreeMap<>();
            roomByCost.put(0, clamp(-base, cap));
            roomByCost.put(1 + input.policy().stepClass()[t], clamp(soft - base, cap) - clamp(-base, cap));
            roomByCost.put(5, cap - clamp(soft - base, cap));
            int left = plan.aggregateWh()[t];
            for (var entry : roomByCost.entrySet()) {
                int room = entry.getValue();
                Variable part = model.newVariable("part" + t + "." + entry.getKey())
                        .lower(0)
                        .upper(room)
                        .weight(entry.getKey());
                columns.get(t).set(part, -1);
                planned += (double) entry.getKey() * Math.min(left, room);
                left -= Math.min(left, room);
            }
            columns.get(t).level(0);
        }
        Optimisation.Result result = model.minimise();
        assertThat(result.getState().isOptimal()).as("seed %d", seed).isTrue();
        assertThat(planned).as("seed %d", seed).isCloseTo(result.getValue(), offset(TOLERANCE_WH));
    }

    private static int clamp(int value, int most) {
        return Math.max(0, Math.min(value, most));
    }

    /** Adds sessions with their energies and returns the sum of each step. */
    private static List<Expression> columns(ExpressionsBasedModel model, Problem problem) {
        List<Expression> columns = new ArrayList<>();
        for (int t = 0; t < problem.steps(); t++) {
            columns.add(model.newExpression("column" + t));
        }
        for (int i = 0; i < problem.wishes().size(); i++) {
            Problem.Wish wish = problem.wishes().get(i);
            Expression row = model.newExpression("row" + i).level(wish.energyWh());
            for (int t = 0; t < wish.departureStep(); t++) {
                Variable x = model.newVariable("x" + i + "." + t).lower(0).upper(wish.maxWhPerStep());
                row.set(x, 1);
                columns.get(t).set(x, 1);
            }
        }
        return columns;
    }

    private static Expression columnCopy(ExpressionsBasedModel model, Expression column, String name) {
        Expression copy = model.newExpression(name);
        for (Variable variable : model.getVariables()) {
            copy.set(variable, column.get(variable));
        }
        return copy;
    }
}
