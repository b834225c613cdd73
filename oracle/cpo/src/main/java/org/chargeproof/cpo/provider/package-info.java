/** The other side of roaming: a provider's platform. */
@NullMarked
package org.chargeproof.cpo.provider;

import org.jspecify.annotations.NullMarked;
