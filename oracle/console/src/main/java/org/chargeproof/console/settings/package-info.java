/** Options of a command from a file and from the environment. */
@NullMarked
package org.chargeproof.console.settings;

import org.jspecify.annotations.NullMarked;
