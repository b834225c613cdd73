/** The methods of the JSON-RPC namespace charge; openrpc.json beside this package describes them. */
@NullMarked
package org.chargeproof.view.rpc;

import org.jspecify.annotations.NullMarked;
