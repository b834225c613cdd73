/** CDRs: what sessions came to, pushed once and never changed. */
@NullMarked
package org.chargeproof.ocpi.cdrs;

import org.jspecify.annotations.NullMarked;
