/** The oracle: one operator's process that plans, posts, attests and hands setpoints over. */
@NullMarked
package org.chargeproof.oracle;

import org.jspecify.annotations.NullMarked;
