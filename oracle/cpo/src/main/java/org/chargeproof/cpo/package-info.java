/** A charge point operator's platform: charge points that behave like real ones, behind OCPI. */
@NullMarked
package org.chargeproof.cpo;

import org.jspecify.annotations.NullMarked;
