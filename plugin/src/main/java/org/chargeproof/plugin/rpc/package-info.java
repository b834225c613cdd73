/** The methods of the JSON-RPC namespace charge; docs/reference/openrpc.json describes them. */
@NullMarked
package org.chargeproof.plugin.rpc;

import org.jspecify.annotations.NullMarked;
