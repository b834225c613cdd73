package org.chargeproof.planner;

/**
 * How much energy sessions can take from the room there is, and the steps that prove why it is not more: by {@link
 * PrefixCuts} as long as all stand ready from step 0, by {@link WindowCuts} otherwise. Reusable workspace, for one thread.
 */
final class Cuts {
    private final PrefixCuts prefix = new PrefixCuts();

    /** Holds the first sessions only, until all are needed. */
    private final WindowCuts window = new WindowCuts();

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
        window.clear();
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
        count++;
        arriving += arrivalStep > 0 ? 1 : 0;
    }

    /** Removes the session that was added last. */
    void removeLast() {
        prefix.removeLast();
        if (window.count() == count) {
            window.removeLast();
        }
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
        for (int n = window.count(); n < count; n++) {
            window.add(energyWh[n], maxWhPerStep[n], arrivalStep[n], departureStep[n]);
        }
        return window.most(roomWh);
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
            window.limiting(steps, inA);
        }
    }
}
