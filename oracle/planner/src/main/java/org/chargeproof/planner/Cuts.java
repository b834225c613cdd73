package org.chargeproof.planner;

/**
 * How much energy sessions can take from the room there is, and the steps that prove why it is not more: by {@link
 * PrefixCuts} as long as all stand ready from step 0, by {@link MaxFlow} otherwise. Reusable workspace, for one thread.
 */
final class Cuts {
    private final PrefixCuts prefix = new PrefixCuts();

    private final MaxFlow flow = new MaxFlow();

    /** Whether the flow is that of these sessions, for some room. */
    private boolean placed;

    private final int[] energyWh = new int[Limits.SESSIONS + 1];
    private final int[] maxWhPerStep = new int[Limits.SESSIONS + 1];
    private final int[] arrivalStep = new int[Limits.SESSIONS + 1];
    private final int[] departureStep = new int[Limits.SESSIONS + 1];
    private int count;

    /** How many sessions arrive later than at step 0. */
    private int arriving;

    /** Forgets all sessions. */
    void clear() {
        prefix.clear();
        placed = false;
        count = 0;
        arriving = 0;
    }

    /** Adds a session with energy. */
    void add(int energyWh, int maxWhPerStep, int arrivalStep, int departureStep) {
        prefix.add(energyWh, maxWhPerStep, departureStep);
        this.energyWh[count] = energyWh;
        this.maxWhPerStep[count] = maxWhPerStep;
        this.arrivalStep[count] = arrivalStep;
        this.departureStep[count] = departureStep;
        placed = false;
        count++;
        arriving += arrivalStep > 0 ? 1 : 0;
    }

    /** Removes the session that was added last. */
    void removeLast() {
        prefix.removeLast();
        placed = false;
        count--;
        arriving -= arrivalStep[count] > 0 ? 1 : 0;
    }

    /** Whether all sessions stand ready from step 0. */
    boolean allReady() {
        return arriving == 0;
    }

    /**
     * Finds how much fits.
     *
     * @param roomWh room in each step, from index 0 to before the last departure at least
     * @return the most energy in Wh that all sessions together can take
     */
    int most(int[] roomWh) {
        if (allReady()) {
            return prefix.most(roomWh);
        }
        // where there is more room than before, only what is missing is sought
        if (!placed || !flow.replaceRoom(roomWh)) {
            flow.clear(roomWh, end());
            placed = true;
        }
        return fillRest(flow);
    }

    /** Adds those that are not yet in a flow, maybe one of the caller; returns the most energy in Wh that all sessions together can take. */
    int fillRest(MaxFlow flow) {
        for (int n = flow.count(); n < count; n++) {
            flow.add(energyWh[n], maxWhPerStep[n], arrivalStep[n], departureStep[n]);
        }
        return flow.fill();
    }

    private int end() {
        int end = 0;
        for (int n = 0; n < count; n++) {
            end = Math.max(end, departureStep[n]);
        }
        return end;
    }

    /**
     * Marks the A of the last call of {@link #most}, without changes in between: steps in which what sessions can take binds,
     * not the room.
     *
     * @param steps how many steps to mark
     */
    void limiting(int steps, boolean[] inA) {
        if (allReady()) {
            prefix.limiting(steps, inA);
        } else {
            for (int t = 0; t < steps; t++) {
                inA[t] = flow.isReaching(t);
            }
        }
    }

    /** Sessions and layers looked at since this was made. */
    long work() {
        return prefix.work() + flow.work();
    }
}
