package org.chargeproof.audit;

import java.util.HashSet;
import java.util.Objects;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.reputation.Reputations;
import org.chargeproof.protocol.time.BlockHeader;

/** Counts what is on record of members and providers, from the logs of a network's beginning on; computes no plan and no bill. */
public final class ReputationReader {
    private final AuditedNetwork network;
    private final MarketLinked market;
    private final BlockSource blocks;
    private final LedgerState state = new LedgerState();
    private final BillingState billing;
    private final Reputations reputations = new Reputations();

    /** All of a network up to a block. */
    public record Read(Reputations reputations, long block) {}

    /**
     * Reads all logs of a network up to now.
     *
     * @throws LedgerException in a network without what bills and pays, or when the node's logs contradict each other
     */
    public static Read read(Network network) {
        network.requireMarket();
        var identity = network.identity();
        var market = Objects.requireNonNull(identity.market());
        var addresses = new HashSet<>(identity.addresses());
        addresses.add(market.channels());
        var blocks = new CheckedBlockSource(NodeBlockSource.withPaymentsOfOneChain(network), addresses, () -> {});
        var head = blocks.head();
        var reputations = new ReputationReader(AuditedNetwork.of(network), market, blocks).read(head);
        blocks.checkHead();
        blocks.checkBeginning(identity.contract(), identity.linked(), market);
        return new Read(reputations, head.number());
    }

    /** @param blocks with the logs of payment channels, too */
    ReputationReader(AuditedNetwork network, MarketLinked market, BlockSource blocks) {
        this.network = network;
        this.market = market;
        this.blocks = blocks;
        this.billing = new BillingState(network.parameters());
    }

    /**
     * Reads all logs up to a block.
     *
     * @throws LedgerException when the node's logs contradict each other
     */
    Reputations read(BlockHeader head) {
        blocks.forEachLog(network.deployedAtBlock(), head.number(), this::apply);
        return reputations;
    }

    private void apply(RawLog log) {
        if (log.address().equals(market.valuations())) {
            // no reputation depends on a program
            return;
        }
        try {
            LogDecoder.decode(log).ifPresent(event -> apply(event, log.block()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
            throw new LedgerException(
                    "the node's logs contradict each other at log " + log.logIndex() + " of block " + log.block() + " ("
                            + e.getMessage() + "). Maybe it has pruned older logs; ask a node that keeps all of them.",
                    e);
        }
    }

    private void apply(LedgerEvent event, long block) {
        reputations.apply(event, block, billing);
        var following = state.apply(event);
        billing.apply(event);
        following.forEach(billing::apply);
    }
}
