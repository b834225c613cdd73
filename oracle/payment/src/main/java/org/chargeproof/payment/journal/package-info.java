/** Records on disk that survive the death of the process at any moment. */
@NullMarked
package org.chargeproof.payment.journal;

import org.jspecify.annotations.NullMarked;
