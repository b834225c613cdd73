package org.chargeproof.planner;

import java.util.Arrays;

/**
 * How much energy sessions can take from the room there is, and the steps that prove why it is not more, when all stand
 * ready from step 0. A session wants at most {@code energyWh}, at most {@code maxWhPerStep} in a step, before its
 * departure.
 *
 * <p>The energy of a session is thought of as layers of full power, the topmost of them as what is left. What sessions can
 * take in k steps is the sum of their k lowest layers, so only the sum of each layer matters: those of the sessions with the
 * same departure are kept as one, so that a question costs the same for few sessions and for many. From the last step to the
 * first each takes what fits least into the steps before: the highest layer that covers its room (Gale and Ryser).
 * By max-flow min-cut that is the least {@code demand(A) + room(not A)} over all sets A of steps, with {@code demand(A) =
 * sum of min(energyWh, maxWhPerStep * (steps of A before the departure))}. See "Feasible" in {@code
 * docs/concepts/planner.md}.
 *
 * <p>Reusable workspace, for one thread; allocates nothing.
 */
final class PrefixCuts {
    private static final int STEPS = Limits.STEPS;

    /** The layer of a step without room: above all others. */
    private static final int NO_ROOM = Integer.MAX_VALUE;

    /** The layer of a step whose room is not covered by any. */
    private static final int NOT_FILLED = -1;

    // sessions; one more than an input may have: the request that is tried
    private final int[] maxWhPerStep = new int[Limits.SESSIONS + 1];
    private final int[] fullSteps = new int[Limits.SESSIONS + 1];
    private final int[] restWh = new int[Limits.SESSIONS + 1];
    private final int[] departureStep = new int[Limits.SESSIONS + 1];
    private int count;

    // by departure: how many sessions there are, the sums of their layers, and from where on these are 0
    private final int[] departing = new int[STEPS + 1];
    private final int[][] departingWh = new int[STEPS + 1][STEPS + 1];
    private final int[] departingTop = new int[STEPS + 1];

    /** Sums of the layers of those present, not increasing; 0 from {@code top} on. */
    private final int[] layerWh = new int[STEPS + 2];

    private int top;

    /** The layer from which each step took, in the last call of {@link #most}. */
    private final int[] layer = new int[STEPS];

    /** How much of it, besides all of the layer above. */
    private final int[] fromLayerWh = new int[STEPS];

    /** The last departure in the last call of {@link #most}. */
    private int end;

    private long work;

    /** Forgets all sessions. */
    void clear() {
        for (int n = 0; n < count; n++) {
            forget(departureStep[n]);
        }
        count = 0;
    }

    private void forget(int departureStep) {
        Arrays.fill(departingWh[departureStep], 0, departingTop[departureStep], 0);
        departing[departureStep] = 0;
        departingTop[departureStep] = 0;
    }

    /** Adds a session with energy. */
    void add(int energyWh, int maxWhPerStep, int departureStep) {
        int n = count++;
        int full = Math.min(energyWh / maxWhPerStep, departureStep);
        this.maxWhPerStep[n] = maxWhPerStep;
        this.departureStep[n] = departureStep;
        fullSteps[n] = full;
        restWh[n] = full == departureStep ? 0 : energyWh - full * maxWhPerStep;
        departing[departureStep]++;
        departingTop[departureStep] = Math.max(departingTop[departureStep], restWh[n] > 0 ? full + 1 : full);
        addLayers(n, 1);
    }

    /** Removes the session that was added last. */
    void removeLast() {
        int n = --count;
        addLayers(n, -1);
        departing[departureStep[n]]--;
        if (departing[departureStep[n]] == 0) {
            forget(departureStep[n]);
        }
    }

    private void addLayers(int n, int sign) {
        int[] wh = departingWh[departureStep[n]];
        int full = fullSteps[n];
        work += full + 1;
        int fullWh = sign * maxWhPerStep[n];
        for (int k = 0; k < full; k++) {
            wh[k] += fullWh;
        }
        wh[full] += sign * restWh[n];
    }

    /**
     * Finds how much fits.
     *
     * @param roomWh room in each step, from index 0 to before the last departure at least
     * @return the most energy in Wh that all sessions together can take
     */
    int most(int[] roomWh) {
        end = STEPS;
        while (end > 0 && departing[end] == 0) {
            end--;
        }
        Arrays.fill(layerWh, 0, top, 0);
        top = 0;
        int takenWh = 0;
        for (int t = end - 1; t >= 0; t--) {
            if (departing[t + 1] > 0) {
                addDeparting(t + 1);
            }
            takenWh += take(t, roomWh[t]);
        }
        return takenWh;
    }

    private void addDeparting(int departureStep) {
        int[] wh = departingWh[departureStep];
        int most = departingTop[departureStep];
        work += most;
        for (int k = 0; k < most; k++) {
            layerWh[k] += wh[k];
        }
        top = Math.max(top, most);
        // one that was removed may have been alone up there
        while (top > 0 && layerWh[top - 1] == 0) {
            top--;
        }
    }

    /** Takes what a step has room for out of the highest layer that covers it and all of the one above. */
    private int take(int t, int roomWh) {
        if (roomWh == 0) {
            layer[t] = NO_ROOM;
            return 0;
        }
        int mostWh = layerWh[0];
        if (mostWh < roomWh) {
            layer[t] = NOT_FILLED;
            removeLayer(0);
            return mostWh;
        }
        int k = top - 1;
        while (layerWh[k] < roomWh) {
            k--;
        }
        layer[t] = k;
        fromLayerWh[t] = roomWh - layerWh[k + 1];
        layerWh[k] -= fromLayerWh[t];
        removeLayer(k + 1);
        return roomWh;
    }

    private void removeLayer(int k) {
        if (k < top) {
            System.arraycopy(layerWh, k + 1, layerWh, k, top - k);
            top--;
        } else if (k > 0 && layerWh[k - 1] == 0) {
            // there was none above, and the one below gave all it had
            top--;
        }
    }

    /** Layers added since this was made. */
    long work() {
        return work;
    }

    /** The layer from which step t took in the last call of {@link #most}: the highest that covered its room. */
    int layer(int t) {
        return layer[t];
    }

    /** How much energy in Wh step t took from its layer; besides, it took all of the layer above. */
    int fromLayerWh(int t) {
        return fromLayerWh[t];
    }

    /**
     * Marks the A of the last call of {@link #most}: steps in which what sessions can take binds, not the room. Steps from
     * the last departure on belong to it. With k steps of A before it, a step that took from layer k or above took from
     * those only whose energy does not fit into them: it belongs to the others.
     *
     * @param steps how many steps to mark
     */
    void limiting(int steps, boolean[] inA) {
        int k = 0;
        for (int t = 0; t < steps; t++) {
            inA[t] = t >= end || layer[t] < k;
            k += inA[t] ? 1 : 0;
        }
    }
}
