/** The demonstration: a day of charging on a whole network in one command. */
@NullMarked
package org.chargeproof.cli.demo;

import org.jspecify.annotations.NullMarked;
