/** Tokens: what drivers show, told by their provider, and whether they may charge. */
@NullMarked
package org.chargeproof.ocpi.tokens;

import org.jspecify.annotations.NullMarked;
