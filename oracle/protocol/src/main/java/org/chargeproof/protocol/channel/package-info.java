/** Payment channels as a fold over their logs. */
@NullMarked
package org.chargeproof.protocol.channel;

import org.jspecify.annotations.NullMarked;
