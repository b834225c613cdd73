package org.chargeproof.ledger;

/** A node's answer was beyond a bound, or did not end in time: it may be asked for in smaller pieces. */
public final class AnswerTooLargeException extends LedgerException {
    private static final long serialVersionUID = 1;

    private final boolean late;

    AnswerTooLargeException(String message, boolean late, Throwable cause) {
        super(message, cause);
        this.late = late;
    }

    /** Whether it was time that ran out. */
    public boolean late() {
        return late;
    }
}
