package org.chargeproof.ledger;

/** A node did not answer, or not like a node. The message says what was asked of whom, and what to do. */
public sealed class LedgerException extends RuntimeException permits AnswerTooLargeException {
    private static final long serialVersionUID = 1;

    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
