/** What people hand in, and how it is refused. */
@NullMarked
package org.chargeproof.console.input;

import org.jspecify.annotations.NullMarked;
