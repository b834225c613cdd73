package org.chargeproof.meter;

/** A record, a key or a file that cannot be used. The message has the value, the limit and the remedy. */
public final class InvalidRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_SHOWN = 60;

    public InvalidRecordException(String message) {
        super(message);
    }

    public InvalidRecordException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A value out of a record as a message may show it: printable, and not longer than a line. */
    static String shown(String value) {
        String start = value.length() > MOST_SHOWN ? value.substring(0, MOST_SHOWN) + "..." : value;
        return "'" + start.replaceAll("[^\\x20-\\x7e]", "?") + "'";
    }
}
