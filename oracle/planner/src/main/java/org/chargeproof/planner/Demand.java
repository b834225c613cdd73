package org.chargeproof.planner;

import java.util.Arrays;
import java.util.List;

/** The sessions that join and are served, by departure, then charge point. Reusable workspace, for one thread. */
final class Demand {
    int count;
    final int[] energyWh = new int[Limits.SESSIONS];
    final int[] maxWhPerStep = new int[Limits.SESSIONS];
    final int[] departureStep = new int[Limits.SESSIONS];

    /** Position of the session in the input. */
    final int[] inputIndex = new int[Limits.SESSIONS];

    private final long[] order = new long[Limits.SESSIONS];

    /** Takes those whom the admission serves, with the energy it promises them. */
    void take(List<GroupInput.Session> sessions, Admission admission) {
        count = 0;
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (session.joins() && admission.serves(i) && session.departureStep() > 0) {
                order[count++] = (long) session.departureStep() << 32 | i;
            }
        }
        Arrays.sort(order, 0, count);
        for (int n = 0; n < count; n++) {
            int i = (int) order[n];
            energyWh[n] = admission.promisedWh(i);
            maxWhPerStep[n] = sessions.get(i).maxWhPerStep();
            departureStep[n] = sessions.get(i).departureStep();
            inputIndex[n] = i;
        }
    }

    /** Returns the energy of all of them in Wh, at most 2^30. */
    int totalWh() {
        int totalWh = 0;
        for (int n = 0; n < count; n++) {
            totalWh += energyWh[n];
        }
        return totalWh;
    }
}
