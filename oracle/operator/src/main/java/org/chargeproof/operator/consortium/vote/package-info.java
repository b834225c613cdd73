/** Proposals and ballots. */
@NullMarked
package org.chargeproof.operator.consortium.vote;

import org.jspecify.annotations.NullMarked;
