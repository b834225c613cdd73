package org.chargeproof.operator.network.files;

import java.util.List;

/**
 * What a genesis file says of its network.
 *
 * @param validators addresses of the first ones, in lower case
 * @param first how validators agree on blocks at the beginning
 * @param gasLimit of its first block
 * @param qbftFrom from which block on a network that began with IBFT 2.0 uses QBFT; 0 when it does not
 */
public record GenesisSummary(
        List<String> validators, Consensus first, long chainId, int blockSeconds, long gasLimit, long qbftFrom) {
    public GenesisSummary {
        validators = List.copyOf(validators);
    }

    /** How validators agree on a block. */
    public Consensus consensusAt(long block) {
        return qbftFrom > 0 && block >= qbftFrom ? Consensus.QBFT : first;
    }

    /** How many of so many validators must run for blocks: two thirds, rounded up. */
    public static int quorum(int validators) {
        return (2 * validators + 2) / 3;
    }
}
