/** What a timestep is: block time cut into timesteps, gates and the events that follow from block headers. */
@NullMarked
package org.chargeproof.protocol.time;

import org.jspecify.annotations.NullMarked;
