/**
 * Signed meter readings in the Open Charge Metering Format (OCMF, S.A.F.E. e.V.): made, read, verified against a meter's key, and added
 * up to what a session took. Knows neither a chain nor a server.
 */
@NullMarked
package org.chargeproof.meter;

import org.jspecify.annotations.NullMarked;
