/** Re-executes every plan from what this node knows, and compares. */
@NullMarked
package org.chargeproof.view.verify;

import org.jspecify.annotations.NullMarked;
