package org.chargeproof.operator.meter;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.jspecify.annotations.Nullable;

/**
 * What the chain has of a session's signed records.
 *
 * @param chargePoint where it charged
 * @param recordsHash what its operator recorded first after its end, see {@code IMeters.record}; null for nothing
 */
record RecordedSession(int chargePoint, @Nullable Bytes32 recordsHash) {
    /**
     * Reads it from the chain's logs.
     *
     * @throws LedgerException when there is no such session
     */
    static RecordedSession find(Network network, long session) {
        var search = new Search(session);
        var blocks = NodeBlockSource.ofOneChain(network);
        long head = blocks.head().number();
        blocks.forEachLog(
                network.deployedAtBlock(), head, log -> LogDecoder.decode(log).ifPresent(search::apply));
        if (search.chargePoint < 0) {
            throw new LedgerException("there is no session " + session + " on chain up to block " + head
                    + ". Give the number that the request was answered with.");
        }
        return new RecordedSession(search.chargePoint, search.recordsHash);
    }

    private static final class Search {
        private final long session;
        /** Of each charge point: ids of removed ones are given again. */
        private final Map<Integer, Integer> operators = new HashMap<>();

        private int chargePoint = -1;
        private int operator;
        private boolean ended;
        private @Nullable Bytes32 recordsHash;

        Search(long session) {
            this.session = session;
        }

        void apply(LedgerEvent event) {
            switch (event) {
                case LedgerEvent.ChargePointRegistered e -> operators.put(e.chargePoint(), e.operator());
                case LedgerEvent.ChargingRequested e -> {
                    if (e.session() == session) {
                        chargePoint = e.chargePoint();
                        operator = Objects.requireNonNull(operators.get(e.chargePoint()));
                    }
                }
                case LedgerEvent.SessionEnded e -> ended |= e.session() == session;
                case LedgerEvent.SessionsRecorded e -> {
                    if (ended && recordsHash == null && e.operator() == operator) {
                        e.entries().stream()
                                .filter(entry -> entry.session() == session)
                                .findFirst()
                                .ifPresent(entry -> recordsHash = entry.recordsHash());
                    }
                }
                default -> {
                    // tells nothing of it
                }
            }
        }
    }
}
