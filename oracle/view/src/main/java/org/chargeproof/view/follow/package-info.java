/** Follows the chain on a thread of its own: timestep events, the state of the network, and the journal of both. */
@NullMarked
package org.chargeproof.view.follow;

import org.jspecify.annotations.NullMarked;
