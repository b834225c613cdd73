package org.chargeproof.benchmark;

import java.util.ArrayList;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.GroupInput.Session;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Variable;

/** The least possible peak of a group as a linear program: one of the questions that a plan answers. */
final class LeastPeakProgram {
    private static final double MOST_LEVEL_WH = 1e9;
    private static final double TOLERANCE_WH = 1e-3;

    private final ExpressionsBasedModel model = new ExpressionsBasedModel();

    /**
     * States the problem.
     *
     * @param group sessions that all join and can all be served
     * @param leastPeakWh the answer: steps in which net load is higher without sessions are left out, for they do not count
     */
    LeastPeakProgram(GroupInput group, int leastPeakWh) {
        var peak = model.newVariable("peak")
                .lower(-MOST_LEVEL_WH)
                .upper(MOST_LEVEL_WH)
                .weight(1);
        var columns = new ArrayList<Expression>();
        for (int t = 0; t < group.stepCount(); t++) {
            int baseWh = group.expectedLoadWh()[t] - group.expectedPvWh()[t];
            int capWh = Math.max(0, group.limitWh()[t] - group.reservedLoadWh()[t] + group.firmPvWh()[t]);
            Variable all = model.newVariable("y" + t).lower(0).upper(baseWh < leastPeakWh ? capWh : 0);
            if (baseWh < leastPeakWh) {
                model.newExpression("level" + t).set(all, 1).set(peak, -1).upper(-baseWh);
            }
            columns.add(model.newExpression("step" + t).set(all, -1).level(0));
        }
        for (Session session : group.sessions()) {
            var row = model.newExpression("session" + session.sessionId()).level(session.energyWh());
            for (int t = 0; t < session.departureStep(); t++) {
                Variable x = model.newVariable("x" + session.sessionId() + "." + t)
                        .lower(0)
                        .upper(session.maxWhPerStep());
                row.set(x, 1);
                columns.get(t).set(x, 1);
            }
        }
    }

    /**
     * Solves it.
     *
     * @return the least peak in Wh per step, rounded up
     */
    int solve() {
        var result = model.minimise();
        if (!result.getState().isOptimal()) {
            throw new IllegalStateException("the linear program ended as " + result.getState());
        }
        return (int) Math.ceil(result.getValue() - TOLERANCE_WH);
    }
}
