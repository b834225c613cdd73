/** What operators hand in as a spreadsheet: its rows, what may stand in their cells, and all that is wrong with them at once. */
@NullMarked
package org.chargeproof.operator.assets.table;

import org.jspecify.annotations.NullMarked;
