package org.chargeproof.simulation.rule;

import java.util.ArrayList;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;

/** Full power for the whole stay, or nothing: as with a plug for everybody, and a fixed number of plugs. */
final class FirstComeFirstServed implements Rule {
    @Override
    public Answer answer(GroupInput input) {
        var roll = new Roll(input);
        var heldWh = new int[input.stepCount()];
        var decisions = new ArrayList<Plan.Decision>();
        for (int i : roll.bySession()) {
            var session = roll.session(i);
            boolean accepted = session.accepted() || (session.energyWh() > 0 && fits(roll, session, heldWh));
            roll.take(i, accepted);
            if (accepted && session.energyWh() > 0) {
                for (int t = 0; t < session.departureStep(); t++) {
                    heldWh[t] += session.maxWhPerStep();
                }
            }
            if (!session.accepted()) {
                decisions.add(
                        new Plan.Decision(session.sessionId(), accepted, accepted ? session.energyWh() : 0, 0, 0));
            }
        }
        roll.restart();
        roll.advance((r, energyWh) -> {
            int restWh = r.roomWh();
            for (int i : r.bySession()) {
                energyWh[i] = Math.min(restWh, r.usableWh(i));
                restWh -= energyWh[i];
            }
        });
        return new Answer(decisions, roll.energyWh().clone());
    }

    private static boolean fits(Roll roll, GroupInput.Session session, int[] heldWh) {
        for (int t = 0; t < session.departureStep(); t++) {
            if (heldWh[t] + session.maxWhPerStep() > roll.roomWh(t)) {
                return false;
            }
        }
        return session.departureStep() > 0;
    }
}
