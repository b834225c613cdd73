package org.chargeproof.ledger;

/** Waiting between two looks at something that another process does. */
public final class Pause {
    private Pause() {}

    /** Sleeps; an interrupt ends the program's waiting with an exception. */
    public static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted while waiting", e);
        }
    }
}
