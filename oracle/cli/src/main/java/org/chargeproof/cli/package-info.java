/** The command line. */
@NullMarked
package org.chargeproof.cli;

import org.jspecify.annotations.NullMarked;
