package org.chargeproof.api;

import java.util.Set;

/**
 * Who asks.
 *
 * @param name for counting: of a key, of a token's subject, or an address
 * @param roles at least one
 * @param isKnown whether it has shown a key or a token
 */
record Caller(String name, Set<Role> roles, boolean isKnown) {
    Caller {
        roles = Set.copyOf(roles);
    }
}
