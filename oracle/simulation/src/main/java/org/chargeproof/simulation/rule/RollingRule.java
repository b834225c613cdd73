package org.chargeproof.simulation.rule;

import java.util.ArrayList;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;

/**
 * A rule of thumb that looks at one step only. It accepts a request when, rolled forward to the last departure, it gives all who are
 * accepted what they were promised.
 */
final class RollingRule implements Rule {
    /** How the room of one step is shared. */
    interface Share {
        /**
         * Shares the room of the step at hand.
         *
         * @param energyWh to be filled: by place of the session in the input, at most {@link Roll#usableWh}, in sum at most the room
         */
        void allocate(Roll roll, int[] energyWh);
    }

    private final Share share;

    RollingRule(Share share) {
        this.share = share;
    }

    @Override
    public Answer answer(GroupInput input) {
        var roll = new Roll(input);
        var decisions = new ArrayList<Plan.Decision>();
        for (int i = 0; i < input.sessions().size(); i++) {
            roll.take(i, input.sessions().get(i).accepted());
        }
        for (int i : roll.bySession()) {
            var session = roll.session(i);
            if (!session.accepted()) {
                roll.take(i, true);
                boolean accepted = session.energyWh() > 0 && roll.succeeds(share);
                roll.take(i, accepted);
                decisions.add(
                        new Plan.Decision(session.sessionId(), accepted, accepted ? session.energyWh() : 0, 0, 0));
            }
        }
        roll.restart();
        roll.advance(share);
        return new Answer(decisions, roll.energyWh().clone());
    }
}
