/** Limits of single phases: kept off chain by the operator of a group, and entered into its input as numbers. */
@NullMarked
package org.chargeproof.site.phases;

import org.jspecify.annotations.NullMarked;
