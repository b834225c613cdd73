package org.chargeproof.billing;

/** Bytes or values that are no valid input or bill. The message names the value, the limit and the remedy. */
public final class InvalidInputException extends IllegalArgumentException {

    /**
     * Says what is wrong.
     *
     * @param message what is wrong, what is allowed, and what to do about it
     */
    public InvalidInputException(String message) {
        super(message);
    }
}
