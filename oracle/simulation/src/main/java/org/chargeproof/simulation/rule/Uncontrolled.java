package org.chargeproof.simulation.rule;

import java.util.ArrayList;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;

/** No smart charging: everybody gets full power at once, whatever the limit is. */
final class Uncontrolled implements Rule {
    @Override
    public Answer answer(GroupInput input) {
        var roll = new Roll(input);
        var decisions = new ArrayList<Plan.Decision>();
        for (int i : roll.bySession()) {
            roll.take(i, true);
            if (!roll.session(i).accepted()) {
                decisions.add(new Plan.Decision(
                        roll.session(i).sessionId(), true, roll.session(i).energyWh(), 0, 0));
            }
        }
        roll.restart();
        roll.advance((r, energyWh) -> {
            for (int i = 0; i < energyWh.length; i++) {
                energyWh[i] = r.usableWh(i);
            }
        });
        return new Answer(decisions, roll.energyWh().clone());
    }
}
