/** Sessions: heard of from operators, told to others, and what drivers wish of them. */
@NullMarked
package org.chargeproof.ocpi.sessions;

import org.jspecify.annotations.NullMarked;
