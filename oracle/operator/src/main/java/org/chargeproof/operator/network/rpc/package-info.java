/** What a running node is asked: peers, votes on validators. */
@NullMarked
package org.chargeproof.operator.network.rpc;

import org.jspecify.annotations.NullMarked;
