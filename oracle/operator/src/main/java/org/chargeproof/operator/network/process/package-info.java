/** Besu nodes as processes. */
@NullMarked
package org.chargeproof.operator.network.process;

import org.jspecify.annotations.NullMarked;
