package org.chargeproof.ledger;

import org.chargeproof.console.output.Printable;

/** A node answered with an error of JSON-RPC. */
public final class RpcErrorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String data;

    RpcErrorException(String method, String url, int code, String text, String data) {
        super(url + " refused " + method + ": " + RevertReasons.explain(data).orElse(Printable.of(text)) + " (" + code
                + ")");
        this.data = data;
    }

    /** What the node sent beside the message; for a reverted call the ABI-encoded error. */
    public String data() {
        return data;
    }

    /** Whether a node has no room for a transaction now, and will have: what its plugin says of an operator's share of the pool. */
    public boolean isForLater() {
        return String.valueOf(getMessage()).contains("try again in a later block");
    }
}
