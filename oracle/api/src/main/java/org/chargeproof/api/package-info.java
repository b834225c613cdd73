/** The HTTP API of an oracle's server, {@code /api/v1}: made from its contract, {@code openapi.json}. */
@NullMarked
package org.chargeproof.api;

import org.jspecify.annotations.NullMarked;
