/** The commands of {@code scripts/network}. */
@NullMarked
package org.chargeproof.operator.network.command;

import org.jspecify.annotations.NullMarked;
