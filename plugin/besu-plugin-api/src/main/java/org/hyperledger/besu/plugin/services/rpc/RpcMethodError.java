package org.hyperledger.besu.plugin.services.rpc;

/** What a call is answered with when it fails. */
public interface RpcMethodError {
    int getCode();

    String getMessage();
}
