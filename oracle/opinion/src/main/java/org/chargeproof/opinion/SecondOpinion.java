package org.chargeproof.opinion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * Solves a plan's problem again as linear programs, with ojAlgo and none of the planner's code. A plan takes the units of
 * energy that come first in its policy's order, so it is least for every cost that rises along that order. Two are held
 * against it: the rank of each unit's band and class, and the highest level in use.
 *
 * <p>Sessions and energies are those that the plan kept; who is kept is the business of the certificate. Doubles appear here
 * only, and nothing that is hashed or posted depends on them.
 */
public final class SecondOpinion {
    /** One Wh one rank higher costs 1; rounding of sums up to 10^9 stays far below. */
    private static final double COST_TOLERANCE = 0.1;

    /** A least peak that is no whole number is an average over at most 96 steps, so at least 1/96 above one. */
    private static final double PEAK_TOLERANCE_WH = 1e-3;

    private static final double MOST_LEVEL_WH = 1e9;

    private SecondOpinion() {}

    /**
     * Compares a plan with an independent solution.
     *
     * @return empty when they agree; otherwise a sentence with the figures of both
     */
    public static Optional<String> difference(GroupInput input, Plan plan) {
        try {
            var problem = Problem.of(input, plan);
            if (!problem.demands().isEmpty()) {
                switch (input.policy().kind()) {
                    case FLAT -> checkPeak(problem, problem.highestLevelWh());
                    case EARLIEST_TO_PEAK -> {
                        checkPeak(problem, plan.leastPeakWh());
                        checkCost(problem, Bands.of(input, plan.leastPeakWh()));
                    }
                    case GREEN_BANDS, EARLIEST -> checkCost(problem, Bands.of(input, 0));
                }
            }
            return Optional.empty();
        } catch (Disagreement e) {
            return Optional.of("group " + plan.groupId() + " in timestep " + plan.timestep() + ": " + e.getMessage());
        }
    }

    /** A peak is the least when energy fits below it, and no less than it once steps that start above are left out. */
    private static void checkPeak(Problem problem, int peakWh) throws Disagreement {
        var model = newModel();
        var peak = model.newVariable("peak")
                .lower(-MOST_LEVEL_WH)
                .upper(MOST_LEVEL_WH)
                .weight(1);
        var taken = new ArrayList<List<Variable>>();
        for (int t = 0; t < problem.steps(); t++) {
            int baseWh = problem.baseWh()[t];
            if (baseWh >= peakWh) {
                taken.add(List.of());
                continue;
            }
            var all = model.newVariable("y" + t).lower(0).upper(problem.capWh()[t]);
            model.newExpression("level" + t).set(all, 1).set(peak, -1).upper(-baseWh);
            taken.add(List.of(all));
        }
        addSessions(model, problem, taken);
        double leastWh = minimum(model, "energy below a peak of " + peakWh + " Wh");
        if (Math.ceil(leastWh - PEAK_TOLERANCE_WH) != peakWh) {
            throw new Disagreement(
                    "the plan's least peak is " + peakWh + " Wh, that of the linear program " + leastWh + " Wh");
        }
    }

    /** The plan takes as little as possible from late bands and classes. */
    private static void checkCost(Problem problem, Bands bands) throws Disagreement {
        var model = newModel();
        var places = bands.places();
        double planned = 0;
        var taken = new ArrayList<List<Variable>>();
        for (int t = 0; t < problem.steps(); t++) {
            var step = new ArrayList<Variable>();
            long freeFromWh = problem.baseWh()[t];
            long endWh = freeFromWh + problem.capWh()[t];
            long leftWh = problem.plannedWh()[t];
            for (var part : bands.parts().get(t)) {
                long roomWh = Math.min(part.upToWh(), endWh) - freeFromWh;
                if (roomWh <= 0) {
                    continue;
                }
                freeFromWh += roomWh;
                int rank = places.headSet(part.place()).size();
                step.add(model.newVariable("part" + t + "." + part.place())
                        .lower(0)
                        .upper(roomWh)
                        .weight(rank));
                planned += (double) rank * Math.min(leftWh, roomWh);
                leftWh -= Math.min(leftWh, roomWh);
            }
            taken.add(step);
        }
        addSessions(model, problem, taken);
        double least = minimum(model, "energy within the limit");
        if (Math.abs(planned - least) > COST_TOLERANCE) {
            throw new Disagreement("the plan costs " + planned
                    + " in rank of band and class times Wh, the optimum of the" + " linear program " + least);
        }
    }

    /** Each session gets its energy within its stay, and each step gives what is taken from its parts. */
    private static void addSessions(ExpressionsBasedModel model, Problem problem, List<List<Variable>> taken) {
        var columns = new ArrayList<Expression>();
        for (int t = 0; t < problem.steps(); t++) {
            var column = model.newExpression("step" + t).level(0);
            taken.get(t).forEach(part -> column.set(part, -1));
            columns.add(column);
        }
        for (int i = 0; i < problem.demands().size(); i++) {
            var demand = problem.demands().get(i);
            var row = model.newExpression("session" + i).level(demand.energyWh());
            for (int t = demand.arrivalStep(); t < demand.departureStep(); t++) {
                var x = model.newVariable("x" + i + "." + t).lower(0).upper(demand.maxWhPerStep());
                row.set(x, 1);
                columns.get(t).set(x, 1);
            }
        }
    }

    private static ExpressionsBasedModel newModel() {
        var options = new Optimisation.Options();
        // a result must not depend on how fast the machine is
        options.time_abort = Long.MAX_VALUE;
        options.time_suffice = Long.MAX_VALUE;
        options.iterations_abort = Integer.MAX_VALUE;
        options.iterations_suffice = Integer.MAX_VALUE;
        return new ExpressionsBasedModel(options);
    }

    private static double minimum(ExpressionsBasedModel model, String what) throws Disagreement {
        var result = model.minimise();
        if (!result.getState().isOptimal()) {
            throw new Disagreement("the linear program for " + what + " ended as " + result.getState());
        }
        return result.getValue();
    }
}
