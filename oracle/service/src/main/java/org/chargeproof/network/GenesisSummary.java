package org.chargeproof.network;

/**
 * What a genesis file says of its network.
 *
 * @param first how validators agree on blocks at the beginning
 * @param qbftFrom from which block on a network that began with IBFT 2.0 uses QBFT; 0 when it does not
 */
public record GenesisSummary(Consensus first, long chainId, int blockSeconds, long qbftFrom) {
    /** How validators agree on a block. */
    public Consensus consensusAt(long block) {
        return qbftFrom > 0 && block >= qbftFrom ? Consensus.QBFT : first;
    }
}
