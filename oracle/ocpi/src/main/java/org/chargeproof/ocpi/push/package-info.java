/** Pushing: partners hear of what has changed without asking. */
@NullMarked
package org.chargeproof.ocpi.push;

import org.jspecify.annotations.NullMarked;
