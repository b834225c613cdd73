package org.chargeproof.plugin.pool;

/**
 * Whose account a transaction comes from.
 *
 * @param operator who answers for it; 0 for a stranger
 */
public record Sender(Kind kind, int operator) {
    /** What an account is to the network, the most urgent first. */
    public enum Kind {
        /** Posts and attests plans. */
        ORACLE,
        /** Reports meters. */
        METER,
        /** Decides for its operator. */
        OWNER,
        /** A driver's pseudonym. */
        USER,
        /** Belongs to no member. */
        STRANGER
    }

    public static final Sender STRANGER = new Sender(Kind.STRANGER, 0);

    /** Whether a timestep waits for it. */
    boolean isUrgent() {
        return kind == Kind.ORACLE || kind == Kind.METER;
    }
}
