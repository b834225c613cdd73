/** The command that runs a charge point operator's platform by itself. */
@NullMarked
package org.chargeproof.cpo.command;

import org.jspecify.annotations.NullMarked;
