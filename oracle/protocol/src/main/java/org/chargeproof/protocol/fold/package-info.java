/** All that is read from logs, in one: what plans depend on, and what bills do. */
@NullMarked
package org.chargeproof.protocol.fold;

import org.jspecify.annotations.NullMarked;
