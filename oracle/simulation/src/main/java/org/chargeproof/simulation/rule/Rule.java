package org.chargeproof.simulation.rule;

import java.util.List;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;

/** Who may charge, and how much in the coming step. Rules keep nothing from step to step. Not thread-safe. */
public interface Rule {
    /**
     * What a rule says for one step.
     *
     * @param decisions one for each new request, ascending by session id
     * @param energyWh for the coming step, by place of the session in the input; 0 for requests that are refused
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Answer(List<Plan.Decision> decisions, int[] energyWh) {}

    Answer answer(GroupInput input);
}
