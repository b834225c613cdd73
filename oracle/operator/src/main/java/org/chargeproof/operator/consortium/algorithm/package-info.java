/** The planner as an algorithm on chain: stored in chunks, approved by its hash. */
@NullMarked
package org.chargeproof.operator.consortium.algorithm;

import org.jspecify.annotations.NullMarked;
