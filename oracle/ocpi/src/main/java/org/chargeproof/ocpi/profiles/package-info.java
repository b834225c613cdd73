/** Charging profiles: set, cleared and asked for by a smart charging service provider, taken by an operator. */
@NullMarked
package org.chargeproof.ocpi.profiles;

import org.jspecify.annotations.NullMarked;
