/** Who may put how much into this node's pool and its blocks. Local policy: blocks of other nodes are never judged by it. */
@NullMarked
package org.chargeproof.plugin.pool;

import org.jspecify.annotations.NullMarked;
