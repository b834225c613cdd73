/** The oracle: one operator's node that plans, posts, attests and hands setpoints over. */
@NullMarked
package org.chargeproof.node;

import org.jspecify.annotations.NullMarked;
