/** What members and providers did, counted from logs: docs/concepts/reputation.md. */
@NullMarked
package org.chargeproof.protocol.reputation;

import org.jspecify.annotations.NullMarked;
