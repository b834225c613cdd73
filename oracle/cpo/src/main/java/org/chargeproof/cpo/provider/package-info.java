/**
 * The other side of roaming: a provider's platform. It is in the operators' module because it is of the same kind, something real to try an oracle
 * on, with the same settings and for the same users; a module of its own for one class would be one more to know.
 */
@NullMarked
package org.chargeproof.cpo.provider;

import org.jspecify.annotations.NullMarked;
