/** Who is, or wants to be, a member: accounts, proofs that they are its own, the contracts of the founders. */
@NullMarked
package org.chargeproof.operator.consortium.member;

import org.jspecify.annotations.NullMarked;
