/** What batteries and limits of phases come to in the numbers that plans read: a group's own forecast with both put in. */
@NullMarked
package org.chargeproof.site.proposal;

import org.jspecify.annotations.NullMarked;
