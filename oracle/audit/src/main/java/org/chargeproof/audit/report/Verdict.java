package org.chargeproof.audit.report;

/** What became of a plan that was computed again. */
public enum Verdict {
    /** The final plan is, byte for byte, what the algorithm makes of the ledger. */
    MATCH,
    /** The final plan is something else. */
    MISMATCH,
    /** There is no final plan: the fallback was in force. */
    MISSING,
    /** There is a final plan, but this machine could not compute it again within its bounds. */
    UNVERIFIED
}
