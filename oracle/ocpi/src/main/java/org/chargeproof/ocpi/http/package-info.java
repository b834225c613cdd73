/** OCPI over HTTP: who may ask, what may be asked, how it is answered; and calls to others, whose addresses are checked. */
@NullMarked
package org.chargeproof.ocpi.http;

import org.jspecify.annotations.NullMarked;
