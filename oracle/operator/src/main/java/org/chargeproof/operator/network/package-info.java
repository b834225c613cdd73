/** Besu networks: their files, their nodes as processes, and who validates them. */
@NullMarked
package org.chargeproof.operator.network;

import org.jspecify.annotations.NullMarked;
