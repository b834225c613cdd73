package org.chargeproof.database;

/** The database does not answer, or takes nothing now. What was asked is done or not; nothing is half-done. */
public final class DatabaseAwayException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseAwayException(Throwable cause) {
        super("the database of persons does not answer", cause);
    }
}
