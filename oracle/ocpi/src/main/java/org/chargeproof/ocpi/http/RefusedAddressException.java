package org.chargeproof.ocpi.http;

/** An address that somebody gave us and that is not called. */
public final class RefusedAddressException extends RuntimeException {
    /** An address that is not called, and why. */
    public RefusedAddressException(String message) {
        super(message);
    }
}
