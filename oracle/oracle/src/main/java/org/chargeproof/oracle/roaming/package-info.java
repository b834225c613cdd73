/** The door for providers: the operator's charge points, prices, sessions and bills, by OCPI. */
@NullMarked
package org.chargeproof.oracle.roaming;

import org.jspecify.annotations.NullMarked;
