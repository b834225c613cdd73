/** The commands of {@code scripts/chargeproof consortium}. */
@NullMarked
package org.chargeproof.operator.consortium.command;

import org.jspecify.annotations.NullMarked;
