package org.hyperledger.besu.plugin.services.exception;

import org.hyperledger.besu.plugin.services.rpc.RpcMethodError;

/** A call that fails with an error of its own. */
public class PluginRpcEndpointException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient RpcMethodError error;

    public PluginRpcEndpointException(RpcMethodError rpcMethodError) {
        super(rpcMethodError.getMessage());
        this.error = rpcMethodError;
    }

    public RpcMethodError getRpcMethodError() {
        return error;
    }
}
