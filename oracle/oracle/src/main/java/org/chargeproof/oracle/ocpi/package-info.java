/** The oracle as a smart charging service provider: setpoints leave and sessions come by OCPI. */
@NullMarked
package org.chargeproof.oracle.ocpi;

import org.jspecify.annotations.NullMarked;
