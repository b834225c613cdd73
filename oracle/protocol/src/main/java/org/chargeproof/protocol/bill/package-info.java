/** What bills depend on as a fold over logs, and settlements computed from it: docs/reference/settlements.md. */
@NullMarked
package org.chargeproof.protocol.bill;

import org.jspecify.annotations.NullMarked;
