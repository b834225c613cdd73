/** A whole platform, put together: partners, how they are called, and what they are answered. */
@NullMarked
package org.chargeproof.ocpi.platform;

import org.jspecify.annotations.NullMarked;
