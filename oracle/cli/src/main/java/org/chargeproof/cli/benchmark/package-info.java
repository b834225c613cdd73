/** What {@code scripts/bench payments} measures. */
@NullMarked
package org.chargeproof.cli.benchmark;

import org.jspecify.annotations.NullMarked;
