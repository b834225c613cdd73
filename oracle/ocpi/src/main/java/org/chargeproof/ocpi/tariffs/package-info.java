/** Tariffs: an operator's prices, pushed to who sells its energy. */
@NullMarked
package org.chargeproof.ocpi.tariffs;

import org.jspecify.annotations.NullMarked;
