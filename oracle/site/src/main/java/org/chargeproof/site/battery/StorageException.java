package org.chargeproof.site.battery;

/** A battery cannot do what is asked of it; the message says what, with its figures. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StorageException(String message) {
        super(message);
    }
}
