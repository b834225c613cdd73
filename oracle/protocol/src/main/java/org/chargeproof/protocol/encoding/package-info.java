/** Bytes and hashes that everybody must agree on; see docs/reference/commitments.md. */
@NullMarked
package org.chargeproof.protocol.encoding;

import org.jspecify.annotations.NullMarked;
