package org.chargeproof.audit;

import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.time.NetworkParameters;

/**
 * What an audit has to know about a network besides its blocks.
 *
 * @param consortium address of its Consortium
 * @param deployedAtBlock first block that can hold a log
 * @param firstTimestep timestep in which it was deployed
 */
public record AuditedNetwork(
        long chainId, String consortium, NetworkParameters parameters, long deployedAtBlock, int firstTimestep) {

    /** As found through a node. */
    public static AuditedNetwork of(Network network) {
        return new AuditedNetwork(
                network.client().chainId(),
                network.address(),
                network.parameters(),
                network.deployedAtBlock(),
                network.firstTimestep());
    }

    /** The first timestep that could have a plan: an algorithm counts from the timestep after the next on. */
    int firstPlannable() {
        return firstTimestep + 2;
    }
}
