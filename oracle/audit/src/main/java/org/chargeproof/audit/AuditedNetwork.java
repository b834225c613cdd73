package org.chargeproof.audit;

import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/**
 * What an audit has to know about a network besides its blocks.
 *
 * @param consortium address of its Consortium
 * @param deployedAtBlock first block that can hold a log
 * @param firstTimestep timestep in which it was deployed
 * @param market what it said of bills; null in a network that does not bill
 */
public record AuditedNetwork(
        long chainId,
        String consortium,
        NetworkParameters parameters,
        long deployedAtBlock,
        int firstTimestep,
        @Nullable MarketLinked market) {
    /** One that does not bill. */
    public AuditedNetwork(
            long chainId, String consortium, NetworkParameters parameters, long deployedAtBlock, int firstTimestep) {
        this(chainId, consortium, parameters, deployedAtBlock, firstTimestep, null);
    }

    /** As found through a node. */
    public static AuditedNetwork of(Network network) {
        return new AuditedNetwork(
                network.client().chainId(),
                network.address(),
                network.parameters(),
                network.deployedAtBlock(),
                network.firstTimestep(),
                network.identity().market());
    }

    /** The first timestep that could have a plan: an algorithm counts from the timestep after the next on. */
    int firstPlannable() {
        return firstTimestep + 2;
    }
}
