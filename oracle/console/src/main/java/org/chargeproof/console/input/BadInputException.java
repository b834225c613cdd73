package org.chargeproof.console.input;

/** Somebody handed in what cannot be used. The message has the value, the limit and the remedy. */
public final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadInputException(String message) {
        super(message);
    }

    public BadInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
