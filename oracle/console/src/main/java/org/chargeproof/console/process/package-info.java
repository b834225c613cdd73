/** Processes that a command starts: how they end with it, or outlive it. */
@NullMarked
package org.chargeproof.console.process;

import org.jspecify.annotations.NullMarked;
