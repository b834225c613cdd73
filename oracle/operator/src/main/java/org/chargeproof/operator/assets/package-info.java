/** What an operator writes from day to day: charge points and their groups, drivers' pseudonyms, meters, forecasts. */
@NullMarked
package org.chargeproof.operator.assets;

import org.jspecify.annotations.NullMarked;
