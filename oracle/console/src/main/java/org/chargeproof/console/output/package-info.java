/** How things are shown to people. */
@NullMarked
package org.chargeproof.console.output;

import org.jspecify.annotations.NullMarked;
