/** The planner for a browser: its own classes, compiled to JavaScript by TeaVM, and the little that they need there. */
@NullMarked
package org.chargeproof.rerun;

import org.jspecify.annotations.NullMarked;
