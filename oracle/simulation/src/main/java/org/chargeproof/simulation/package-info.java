/**
 * Charging requests simulated without a chain: the planner, the fold and the input builder of the oracles, against rules of thumb, on
 * generated and on real sessions.
 */
@NullMarked
package org.chargeproof.simulation;

import org.jspecify.annotations.NullMarked;
