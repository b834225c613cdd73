package org.chargeproof.view.follow;

/** The node does not hold what a node with all blocks and receipts holds. */
public final class ChainException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ChainException(String message) {
        super(message);
    }
}
