package org.chargeproof.view.rpc;

/** A call that cannot be answered; becomes a JSON-RPC error with this code. */
public final class RpcException extends RuntimeException {
    private static final long serialVersionUID = 1;
    /** JSON-RPC 2.0: invalid method parameters. */
    public static final int INVALID_PARAMS = -32602;
    /** Nothing of that id is known, or not any more. */
    public static final int NOT_FOUND = -32051;
    /** The network's contracts are not on this node's chain (yet). */
    public static final int NO_NETWORK = -32050;

    private final int code;

    RpcException(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
