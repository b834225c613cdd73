/**
 * Registration: credentials exchanged, renewed and given back, in both roles, so that a partner stays reachable when either side is killed
 * at any step.
 */
@NullMarked
package org.chargeproof.ocpi.credentials;

import org.jspecify.annotations.NullMarked;
