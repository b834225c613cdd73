package org.chargeproof.site.phases;

import java.util.List;
import org.chargeproof.planner.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Room by phase and step in thirds of a Wh, since a session on three phases loads each with a third of its energy.
 *
 * @param thirds by phase and step, below 0 where a limit is exceeded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and read in this package only
record PhaseRoom(long[][] thirds) {

    static PhaseRoom of(PhaseLimits limits) {
        var thirds = new long[Phase.COUNT][limits.steps()];
        for (int phase = 0; phase < Phase.COUNT; phase++) {
            for (int t = 0; t < limits.steps(); t++) {
                thirds[phase][t] = (long) Phase.COUNT * limits.limitWh()[phase][t];
            }
        }
        return new PhaseRoom(thirds);
    }

    /** What rows of a plan leave of the limits. */
    static PhaseRoom beside(PhaseLimits limits, List<Plan.Row> rows) {
        var room = of(limits);
        for (var row : rows) {
            room.take(limits.phaseOf(row.chargePoint()), row.energyWh());
        }
        return room;
    }

    PhaseRoom copy() {
        return new PhaseRoom(new long[][] {thirds[0].clone(), thirds[1].clone(), thirds[2].clone()});
    }

    /** Without any room in step 0. */
    PhaseRoom afterFirstStep() {
        var copy = copy();
        for (long[] ofPhase : copy.thirds) {
            ofPhase[0] = 0;
        }
        return copy;
    }

    void take(Phase phase, int[] energyWh) {
        for (int t = 0; t < energyWh.length; t++) {
            for (int of = 0; of < Phase.COUNT; of++) {
                thirds[of][t] -= (long) phase.thirdsOn(of) * energyWh[t];
            }
        }
    }

    long minThirds(int t) {
        return Math.min(thirds[0][t], Math.min(thirds[1][t], thirds[2][t]));
    }

    /** The first limit that is exceeded, or null. */
    @Nullable
    String exceeded() {
        return exceeded(thirds[0].length);
    }

    /** The first limit that is exceeded in the first steps, or null. */
    @Nullable
    String exceeded(int steps) {
        for (int phase = 0; phase < Phase.COUNT; phase++) {
            for (int t = 0; t < steps; t++) {
                if (thirds[phase][t] < 0) {
                    return Phase.name(phase) + " is " + Math.ceilDiv(-thirds[phase][t], Phase.COUNT)
                            + " Wh above its limit in step " + t;
                }
            }
        }
        return null;
    }
}
