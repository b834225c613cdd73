/** Running the very jar that the ledger holds, inside this process. */
@NullMarked
package org.chargeproof.protocol.algorithm;

import org.jspecify.annotations.NullMarked;
