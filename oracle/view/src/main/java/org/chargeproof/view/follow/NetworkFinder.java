package org.chargeproof.view.follow;

import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the network's Consortium on the chain: the one at a given address, or the first that was linked. Every node that
 * reads the same chain finds the same.
 */
final class NetworkFinder {
    private static final int LEAST_TIMESTEP_SECONDS = 10;

    private final long chainId;
    private final @Nullable Bytes contract;

    /** @param contract address of the Consortium; null for the first on the chain */
    NetworkFinder(long chainId, @Nullable Bytes contract) {
        this.chainId = chainId;
        this.contract = contract;
    }

    /**
     * Whether a block holds it.
     *
     * @throws ChainException when the Consortium at the given address speaks another protocol
     */
    Optional<NetworkIdentity> in(Chain.Block block) {
        for (RawLog log : block.logs()) {
            if (contract != null && !contract.equals(log.address())) {
                continue;
            }
            var linked = linked(log);
            if (linked != null && isPossible(linked, block.header())) {
                if (linked.protocol().equals(NetworkLinked.PROTOCOL)) {
                    return Optional.of(new NetworkIdentity(chainId, log.address(), linked, market(block, log)));
                }
                if (contract != null) {
                    throw new ChainException(
                            "the network at " + contract + " speaks '" + linked.protocol() + "', this plugin '"
                                    + NetworkLinked.PROTOCOL + "'. Use the plugin that goes with the network.");
                }
            }
        }
        return Optional.empty();
    }

    /** What bills and pays: a Consortium names it in the transaction that links it. */
    private static @Nullable MarketLinked market(Chain.Block block, RawLog linked) {
        for (RawLog log : block.logs()) {
            if (log.logIndex() > linked.logIndex()
                    && log.address().equals(linked.address())
                    && LogDecoder.isMarketLinked(log)) {
                try {
                    return LogDecoder.decode(log)
                            .filter(MarketLinked.class::isInstance)
                            .map(MarketLinked.class::cast)
                            .filter(NetworkFinder::isPossible)
                            .orElse(null);
                } catch (IllegalArgumentException e) {
                    // somebody else's event with the same name
                    return null;
                }
            }
        }
        return null;
    }

    private static boolean isPossible(MarketLinked linked) {
        return linked.settlementTimesteps() > 0 && linked.graceTimesteps() > 0;
    }

    /** What a Consortium makes sure of; another contract may write anything into such an event. */
    private static boolean isPossible(NetworkLinked linked, BlockHeader header) {
        return linked.timestepSeconds() >= LEAST_TIMESTEP_SECONDS
                && linked.gateSeconds() > 0
                && linked.gateSeconds() < linked.timestepSeconds()
                && linked.takeoverSeconds() > 0
                && linked.stepsPerHour() > 0
                && linked.quorumNumerator() < linked.quorumDenominator()
                && linked.deployedAtBlock() >= 0
                && linked.deployedAtBlock() <= header.number()
                && linked.firstTimestep() <= linked.parameters().timestepAt(header.timestampSeconds());
    }

    private static @Nullable NetworkLinked linked(RawLog log) {
        if (!LogDecoder.isNetworkLinked(log)) {
            return null;
        }
        try {
            return LogDecoder.decode(log)
                    .filter(NetworkLinked.class::isInstance)
                    .map(NetworkLinked.class::cast)
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            // somebody else's event with the same name
            return null;
        }
    }
}
