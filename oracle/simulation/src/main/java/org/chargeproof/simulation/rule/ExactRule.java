package org.chargeproof.simulation.rule;

import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Planner;

/** The planner itself: every plan passes its certificate before it is used. */
final class ExactRule implements Rule {
    private final Planner planner = new Planner();

    @Override
    public Answer answer(GroupInput input) {
        var plan = planner.plan(input);
        var energyWh = new int[input.sessions().size()];
        int i = 0;
        for (var row : plan.rows()) {
            while (input.sessions().get(i).chargePoint() != row.chargePoint()) {
                i++;
            }
            energyWh[i] = row.energyWh()[0];
        }
        return new Answer(plan.decisions(), energyWh);
    }
}
