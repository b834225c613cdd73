/** What an oracle and its operator's own system tell each other: setpoints that way, charge points' sessions this way. */
@NullMarked
package org.chargeproof.oracle.backend;

import org.jspecify.annotations.NullMarked;
