/** Re-executes every plan from what this node knows, and compares. */
@NullMarked
package org.chargeproof.plugin.verify;

import org.jspecify.annotations.NullMarked;
