/** What the owners of a network do: deploy its contracts, decide on members, and put the planner on chain. */
@NullMarked
package org.chargeproof.operator.consortium;

import org.jspecify.annotations.NullMarked;
