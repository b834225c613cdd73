/** Batteries of a group: planned off chain by its operator, and entered into the group's input as numbers. */
@NullMarked
package org.chargeproof.site.battery;

import org.jspecify.annotations.NullMarked;
