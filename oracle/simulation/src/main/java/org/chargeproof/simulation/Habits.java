package org.chargeproof.simulation;

/**
 * How a site is run.
 *
 * @param takesLess whether drivers take what there is rather than nothing
 * @param minCurrent whether charge points deliver nothing or at least 6 A
 * @param atOnce whether cars draw what the running timestep's plan leaves unused, from their request on and in the last part of their stay
 */
record Habits(boolean takesLess, boolean minCurrent, boolean atOnce) {
    /** With nobody who starts at once. */
    Habits(boolean takesLess, boolean minCurrent) {
        this(takesLess, minCurrent, false);
    }
}
