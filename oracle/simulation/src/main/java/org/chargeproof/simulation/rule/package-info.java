/** Who may charge, and how much, in each step: the planner, and the rules of thumb that it is held against. */
@NullMarked
package org.chargeproof.simulation.rule;

import org.jspecify.annotations.NullMarked;
