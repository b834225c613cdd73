/** How things are shown to people. */
@NullMarked
package org.chargeproof.output;

import org.jspecify.annotations.NullMarked;
