/** What a network consists of, and its files: genesis, keys, configuration, and the check before production. */
@NullMarked
package org.chargeproof.operator.network.files;

import org.jspecify.annotations.NullMarked;
