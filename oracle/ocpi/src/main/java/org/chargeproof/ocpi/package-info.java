/** OCPI as a library. It knows nothing of chains, oracles or planners. */
@NullMarked
package org.chargeproof.ocpi;

import org.jspecify.annotations.NullMarked;
