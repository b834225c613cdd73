package org.chargeproof.view.follow;

/** The node does not hold what a node with all blocks and receipts holds, or cannot be asked now. */
public final class ChainException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ChainException(String message) {
        super(message);
    }

    public ChainException(String message, Throwable cause) {
        super(message, cause);
    }
}
