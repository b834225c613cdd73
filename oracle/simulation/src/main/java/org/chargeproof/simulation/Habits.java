package org.chargeproof.simulation;

/**
 * How a site is run.
 *
 * @param takesLess whether drivers take what there is rather than nothing
 * @param minCurrent whether charge points deliver nothing or at least 6 A
 */
record Habits(boolean takesLess, boolean minCurrent) {}
