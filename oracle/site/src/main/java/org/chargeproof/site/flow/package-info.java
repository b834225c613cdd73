/** Flows of energy in a group: what is to be served with what room, and maximum flows in integers. */
@NullMarked
package org.chargeproof.site.flow;

import org.jspecify.annotations.NullMarked;
