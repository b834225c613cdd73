package org.chargeproof.operator.owner;

import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Pause;

/** Chain time that passes by itself, as on any network of others. */
public final class RealTime implements ChainTime {
    private static final long LOOK_MILLIS = 100;
    /** No block for so long: the network stands still. */
    private static final long STALL_NANOS = 120_000_000_000L;

    private final LedgerClient client;

    public RealTime(LedgerClient client) {
        this.client = client;
    }

    @Override
    public long advanceTo(long timestampSeconds) {
        long block = -1;
        long lastNews = System.nanoTime();
        while (true) {
            var head = client.head();
            if (head.timestampSeconds() >= timestampSeconds) {
                return head.timestampSeconds();
            }
            if (head.number() != block) {
                block = head.number();
                lastNews = System.nanoTime();
            } else if (System.nanoTime() - lastNews > STALL_NANOS) {
                throw new LedgerException(
                        "the ledger at " + client.url() + " has made no block for two minutes (still at " + block
                                + "). Are enough validators running?");
            }
            Pause.millis(LOOK_MILLIS);
        }
    }

    @Override
    public void settle() {
        advanceTo(now() + 1);
    }

    @Override
    public long now() {
        return client.head().timestampSeconds();
    }
}
