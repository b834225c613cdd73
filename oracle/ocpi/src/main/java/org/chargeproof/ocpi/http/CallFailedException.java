package org.chargeproof.ocpi.http;

/** A call that brought no answer that can be used. */
public final class CallFailedException extends RuntimeException {
    private final Kind kind;

    /** What is known of the call. */
    public enum Kind {
        /** It was not sent. */
        NOT_SENT,
        /** It may have arrived, and been followed or not. It is not sent again. */
        UNKNOWN,
        /** It was answered by a refusal. */
        REFUSED,
        /** It was refused because the credentials token is not known there. */
        UNAUTHORIZED
    }

    CallFailedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is known of the call. */
    public Kind kind() {
        return kind;
    }
}
