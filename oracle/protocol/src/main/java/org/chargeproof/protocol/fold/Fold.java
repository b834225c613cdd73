package org.chargeproof.protocol.fold;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.ledger.Snapshot;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/**
 * A network's logs, folded: what plans depend on, and what bills do. What goes wrong with bills stops no plan: they are given up then, with
 * the reason, until a reader begins anew.
 */
public final class Fold {
    private final LedgerState state;
    private final @Nullable Bytes valuations;
    private @Nullable BillingState billing;
    private String billingProblem = "";

    /**
     * Before the first log of a network.
     *
     * @param market what it said of bills; null in a network without, and for a reader that does not look at them
     */
    public Fold(NetworkParameters parameters, @Nullable MarketLinked market) {
        this(new LedgerState(), market == null ? null : new BillingState(parameters), market);
    }

    /** Goes on from a state without bills. */
    public Fold(LedgerState state) {
        this(state, null, null);
    }

    private Fold(LedgerState state, @Nullable BillingState billing, @Nullable MarketLinked market) {
        this.state = state;
        this.billing = billing;
        this.valuations = market == null ? null : market.valuations();
    }

    /**
     * Goes on from a snapshot.
     *
     * @throws IllegalArgumentException when the bytes are not those of a state
     */
    public static Fold of(Snapshot snapshot) {
        var network = snapshot.network();
        var encoded = snapshot.encodedBilling();
        return new Fold(
                snapshot.state(),
                encoded.isEmpty()
                        ? null
                        : BillingState.decode(
                                encoded.toArrayUnsafe(), network.linked().parameters()),
                network.market());
    }

    /**
     * A snapshot of what was folded; this goes on.
     *
     * @param block up to which it was folded, and no further
     * @return empty when bills were given up: whoever begins with a snapshot should not go on without them
     * @throws IllegalStateException when it is too large to be written
     */
    public Optional<Snapshot> snapshot(NetworkIdentity network, BlockHeader block) {
        if (!billingProblem.isEmpty()) {
            return Optional.empty();
        }
        var known = billing;
        Bytes encoded = known == null ? Bytes.EMPTY : Bytes.wrap(known.encode(Snapshot.MOST_BYTES));
        return Optional.of(Snapshot.of(network, block, state, encoded));
    }

    /**
     * Applies a log; logs come in the order of the ledger.
     *
     * @return what it says of plans and bills; empty for one that says nothing of them
     * @throws IllegalArgumentException for a log that no contract could write after those before: some are missing
     */
    public Optional<LedgerEvent> apply(RawLog log) {
        var decoded = LogDecoder.decode(log);
        if (decoded.isEmpty()) {
            return decoded;
        }
        var event = decoded.get();
        if (log.address().equals(valuations)) {
            // the program that computes bills has a registry like the planner's
            if (event instanceof LedgerEvent.AlgorithmActivated activated) {
                bill(known -> known.applyValuation(activated));
            }
            return Optional.empty();
        }
        var following = state.apply(event);
        bill(known -> {
            known.apply(event);
            following.forEach(known::apply);
        });
        return decoded;
    }

    /** What plans depend on. */
    public LedgerState state() {
        return state;
    }

    /** What bills depend on; null in a network that does not bill, and when they were given up. */
    public @Nullable BillingState billing() {
        return billing;
    }

    /** Why bills were given up; empty when they were not. */
    public String billingProblem() {
        return billingProblem;
    }

    private void bill(Consumer<BillingState> change) {
        var known = billing;
        if (known == null) {
            return;
        }
        try {
            change.accept(known);
        } catch (RuntimeException e) {
            billing = null;
            billingProblem = "bills are given up: " + e;
        }
    }
}
