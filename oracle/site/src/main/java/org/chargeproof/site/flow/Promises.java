package org.chargeproof.site.flow;

import java.util.HashMap;
import java.util.stream.IntStream;
import org.chargeproof.planner.Plan;

/** Whether a change of an input costs anybody energy. */
public final class Promises {
    private Promises() {}

    /** Whether each session has at least as much energy after a change as before. */
    public static boolean areKept(Plan before, Plan after) {
        var energyWh = new HashMap<Integer, Integer>();
        after.rows().forEach(row -> energyWh.put(row.sessionId(), energyWh(row)));
        return before.rows().stream().allMatch(row -> energyWh(row) <= energyWh.getOrDefault(row.sessionId(), 0));
    }

    private static int energyWh(Plan.Row row) {
        return IntStream.of(row.energyWh()).sum();
    }
}
