/** An independent second opinion on plans. */
@NullMarked
package org.chargeproof.opinion;

import org.jspecify.annotations.NullMarked;
