package org.chargeproof.cli.demo.ledger;

import java.util.List;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.operator.owner.ChainTime;

/**
 * Chain time that is moved: blocks are made when everybody has acted on the one before, so that a day passes as fast as the
 * machine can, and a slow machine changes nothing in what happens.
 */
public final class MovedTime implements ChainTime {
    private final LedgerClient client;
    private final Runnable awaitEverybody;
    private volatile long nowSeconds;

    /** @param awaitEverybody returns when whoever acts on blocks has acted on the last one */
    public MovedTime(LedgerClient client, Runnable awaitEverybody) {
        this.client = client;
        this.awaitEverybody = awaitEverybody;
        this.nowSeconds = client.head().timestampSeconds();
    }

    @Override
    public long advanceTo(long timestampSeconds) {
        if (timestampSeconds > nowSeconds) {
            mine(timestampSeconds);
        }
        return nowSeconds;
    }

    @Override
    public void settle() {
        mine(nowSeconds + 1);
    }

    @Override
    public long now() {
        return nowSeconds;
    }

    private void mine(long timestampSeconds) {
        awaitEverybody.run();
        // before the block is there: whoever acts on it finds its time
        nowSeconds = timestampSeconds;
        client.ask("evm_mine", List.of(timestampSeconds));
        awaitEverybody.run();
    }
}
