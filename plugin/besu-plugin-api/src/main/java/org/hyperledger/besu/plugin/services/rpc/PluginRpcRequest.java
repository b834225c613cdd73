package org.hyperledger.besu.plugin.services.rpc;

/** A call of a plugin's method. */
public interface PluginRpcRequest {
    Object[] getParams();
}
