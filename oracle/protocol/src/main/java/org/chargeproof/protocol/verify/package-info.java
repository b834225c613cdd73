/** Holding what was posted against what was computed again. */
@NullMarked
package org.chargeproof.protocol.verify;

import org.jspecify.annotations.NullMarked;
