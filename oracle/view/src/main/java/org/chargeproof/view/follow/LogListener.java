package org.chargeproof.view.follow;

import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.RawLog;

/** Follows a network's logs beside the view, from its first block on and in order, by the thread that follows the chain. */
public interface LogListener {
    /** An event that the network's state applies. */
    void onEvent(LedgerEvent event);

    /** A log that {@link UserLogs} contain. */
    void onUsers(RawLog log);

    /** One that wants to know nothing. */
    static LogListener none() {
        return new LogListener() {
            @Override
            public void onEvent(LedgerEvent event) {
                // nothing
            }

            @Override
            public void onUsers(RawLog log) {
                // nothing
            }
        };
    }
}
