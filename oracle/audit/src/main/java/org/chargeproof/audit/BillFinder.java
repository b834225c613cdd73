package org.chargeproof.audit;

import java.util.Optional;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.bill.SettlementRecord;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;

/** Computes the bill of one session again, from the chain alone: reads logs twice, and computes no plan. */
final class BillFinder {

    private final AuditedNetwork network;
    private final BlockSource blocks;
    private final AlgorithmSource valuations;
    private final BlockHeader head;
    private LedgerEvent.@Nullable ChargingRequested requested;
    private boolean accepted;
    private int toTimestep = Integer.MAX_VALUE;

    BillFinder(AuditedNetwork network, BlockSource blocks, AlgorithmSource valuations) {
        this.network = network;
        this.blocks = blocks;
        this.valuations = valuations;
        this.head = blocks.head();
    }

    /**
     * A session's bill in a settlement.
     *
     * @param settlement all bills of it, computed again
     * @param index of the session's
     * @param record what was said about it
     */
    record Found(Settlement settlement, int index, SettlementRecord record) {}

    /** What is known of a session without a bill, for people. */
    String whyNot(int session) {
        if (requested == null) {
            return "there is no session " + session + " up to block " + head.number();
        }
        if (!accepted) {
            return "session " + session + " was not accepted: it has no bill";
        }
        var market = network.market();
        int from = toTimestep + (market == null ? 0 : market.graceTimesteps());
        return "session " + session + " is not billed yet: it can be in the first settlement from timestep " + from
                + " on that a quorum stands for";
    }

    /** Finds the bill of a session. @return empty when no settlement with it is final yet */
    Optional<Found> find(int session) {
        var market = network.market();
        if (market == null) {
            return Optional.empty();
        }
        scan(session);
        if (requested == null || !accepted) {
            return Optional.empty();
        }
        var parameters = network.parameters();
        int every = market.settlementTimesteps();
        var fold = new LogFold(blocks, network, head.number(), ProgressListener.none());
        var snapshots = new SnapshotFinder(blocks, blocks.header(network.deployedAtBlock()), head);
        int first = Math.ceilDiv(toTimestep + market.graceTimesteps(), every) * every;
        for (int k = first; parameters.startOf(k) <= head.timestampSeconds(); k += every) {
            long snapshot = snapshots.lastBefore(parameters.startOf(k)).number();
            fold.upTo(snapshot, event -> {});
            var state = fold.fold().billing();
            var id = state == null ? null : state.valuationAt(k);
            if (state == null || id == null) {
                continue;
            }
            var settlement = Settlement.compute(state, k, snapshot, valuations.algorithm(id));
            fold.upTo(snapshots.lastBefore(parameters.startOf(k + every)).number(), event -> {});
            var record = state.settlement(k);
            if (record.finalPost() == null) {
                continue;
            }
            for (int i = 0; i < settlement.bills().size(); i++) {
                if (IssuedBill.of(settlement.bills().get(i)).session() == session) {
                    return Optional.of(new Found(settlement, i, record));
                }
            }
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** When a session was over, by its own logs. */
    private void scan(int session) {
        blocks.forEachLog(
                network.deployedAtBlock(),
                head.number(),
                log -> LogDecoder.decode(log).ifPresent(event -> {
                    switch (event) {
                        case LedgerEvent.ChargingRequested e -> {
                            if (e.session() == session) {
                                requested = e;
                                toTimestep = e.departureTimestep();
                            }
                        }
                        case LedgerEvent.RequestDecided e -> {
                            if (e.session() == session) {
                                accepted = e.accepted();
                            }
                        }
                        case LedgerEvent.SessionEnded e -> {
                            if (e.session() == session) {
                                toTimestep = Math.min(toTimestep, e.timestep() + 1);
                            }
                        }
                        default -> {
                            // of no session
                        }
                    }
                }));
    }
}
