/** What a hostile member and a stranger do to a network, to see that it stands. Used by the demonstration and by tests only. */
@NullMarked
package org.chargeproof.cli.abuse;

import org.jspecify.annotations.NullMarked;
