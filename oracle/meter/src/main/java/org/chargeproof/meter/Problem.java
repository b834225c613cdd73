package org.chargeproof.meter;

/**
 * Why a session's readings are not billed.
 *
 * @param words a whole sentence
 */
public record Problem(Kind kind, String words) {
    /** What is wrong. */
    public enum Kind {
        SIGNATURE,
        STATUS,
        ERROR_FLAG,
        EXCEPTION,
        OUTSIDE_OF_SESSIONS,
        PAGE_MISSING,
        PAGE_REPEATED,
        OTHER_METER,
        BEGIN,
        END,
        REGISTER,
        REGISTER_FELL,
        TIME_FELL
    }

    @Override
    public String toString() {
        return words;
    }
}
