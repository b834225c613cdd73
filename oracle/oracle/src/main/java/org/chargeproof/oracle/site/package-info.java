/** Batteries and phases of the operator's groups: its systems' own forecasts, with both put in, are what is published. */
@NullMarked
package org.chargeproof.oracle.site;

import org.jspecify.annotations.NullMarked;
