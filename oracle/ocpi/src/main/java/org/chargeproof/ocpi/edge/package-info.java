/** The edge to versions of OCPI other than the one of {@link org.chargeproof.ocpi.model}. */
@NullMarked
package org.chargeproof.ocpi.edge;

import org.jspecify.annotations.NullMarked;
