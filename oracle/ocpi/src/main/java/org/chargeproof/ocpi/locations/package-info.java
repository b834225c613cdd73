/** Locations, EVSEs and connectors: pushed and pulled. */
@NullMarked
package org.chargeproof.ocpi.locations;

import org.jspecify.annotations.NullMarked;
