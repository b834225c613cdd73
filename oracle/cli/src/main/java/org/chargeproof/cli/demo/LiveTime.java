package org.chargeproof.cli.demo;

import java.util.List;
import org.chargeproof.cli.demo.ledger.MovedTime;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.operator.owner.RealTime;

/** Chain time that is moved while everything is set up, in the past, and goes by the clock from then on, with a block a second. */
final class LiveTime implements ChainTime {
    private final LedgerClient client;
    private volatile ChainTime current;

    LiveTime(LedgerClient client) {
        this.client = client;
        this.current = new MovedTime(client, () -> {});
    }

    /** From now on it goes by the clock. */
    void letRun() {
        client.ask("evm_setTime", List.of(Demonstration.clockSeconds()));
        client.ask("evm_setIntervalMining", List.of(1));
        current = new RealTime(client);
        current.settle();
    }

    @Override
    public long advanceTo(long timestampSeconds) {
        return current.advanceTo(timestampSeconds);
    }

    @Override
    public void settle() {
        current.settle();
    }

    @Override
    public long now() {
        return current.now();
    }
}
