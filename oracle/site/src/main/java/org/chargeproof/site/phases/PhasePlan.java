package org.chargeproof.site.phases;

import java.util.Map;
import org.chargeproof.planner.GroupInput;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are served within the limits of phases, or why they are not.
 *
 * @param energyWh by session id, what each session that is served takes in each step before its departure; empty if they cannot be
 * @param input the input with lower limits and lower maxima of sessions, of which the planner makes a plan that keeps all promises,
 *     gives these energies in step 0, and leaves those of later steps possible; null if there is none, or none was found
 * @param problem null if there is an input; otherwise a sentence with phases, steps and figures
 */
public record PhasePlan(
        Map<Integer, int[]> energyWh,
        @Nullable GroupInput input,
        @Nullable String problem) {

    static PhasePlan impossible(String problem) {
        return new PhasePlan(Map.of(), null, problem);
    }
}
