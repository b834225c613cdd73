package org.chargeproof.planner;

import java.util.Arrays;
import java.util.List;

/** The sessions that join and are served, by departure, then charge point. Reusable workspace, for one thread. */
final class Demand {
    int count;
    final int[] energyWh = new int[Limits.SESSIONS];
    final int[] maxWhPerStep = new int[Limits.SESSIONS];
    final int[] arrivalStep = new int[Limits.SESSIONS];
    final int[] departureStep = new int[Limits.SESSIONS];

    /** Position of the session in the input. */
    final int[] inputIndex = new int[Limits.SESSIONS];

    /** Where the sessions of the next departure start. */
    private final int[] start = new int[Limits.STEPS + 2];

    /** Takes those whom the admission serves, with the energy it promises them. */
    void take(List<GroupInput.Session> sessions, Admission admission) {
        Arrays.fill(start, 0);
        for (int i = 0; i < sessions.size(); i++) {
            if (isPlanned(sessions.get(i), i, admission)) {
                start[sessions.get(i).departureStep() + 1]++;
            }
        }
        for (int departure = 1; departure < start.length; departure++) {
            start[departure] += start[departure - 1];
        }
        count = start[start.length - 1];
        for (int i = 0; i < sessions.size(); i++) {
            GroupInput.Session session = sessions.get(i);
            if (isPlanned(session, i, admission)) {
                int n = start[session.departureStep()]++;
                energyWh[n] = admission.promisedWh(i);
                maxWhPerStep[n] = session.maxWhPerStep();
                arrivalStep[n] = session.arrivalStep();
                departureStep[n] = session.departureStep();
                inputIndex[n] = i;
            }
        }
    }

    private static boolean isPlanned(GroupInput.Session session, int i, Admission admission) {
        return session.joins() && admission.serves(i) && session.departureStep() > 0;
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
