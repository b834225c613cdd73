/** OCPI's JSON: its types, checked where objects enter and leave. */
@NullMarked
package org.chargeproof.ocpi.json;

import org.jspecify.annotations.NullMarked;
