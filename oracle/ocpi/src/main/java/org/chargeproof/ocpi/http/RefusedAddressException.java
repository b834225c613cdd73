package org.chargeproof.ocpi.http;

/** An address that somebody gave us and that is not called. Its message may be told to whoever gave it: nothing of our network is in it. */
public final class RefusedAddressException extends RuntimeException {
    private final String reason;

    /**
     * An address that is not called.
     *
     * @param message for whoever gave it
     * @param reason for our log, with what the name stands for here
     */
    RefusedAddressException(String message, String reason) {
        super(message);
        this.reason = reason;
    }

    /** Why, for our own log. */
    public String reason() {
        return reason;
    }
}
