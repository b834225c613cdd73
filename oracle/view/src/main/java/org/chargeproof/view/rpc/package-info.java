/** The methods of the JSON-RPC namespace charge; docs/reference/openrpc.json describes them. */
@NullMarked
package org.chargeproof.view.rpc;

import org.jspecify.annotations.NullMarked;
