package org.chargeproof.view.follow;

import java.util.List;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;

/** A node's chain, as far as it is needed here. Blocks are final: none is ever replaced. One thread reads on; others
 * read old blocks again. */
public interface Chain {
    long chainId();

    /** A block before which no network is looked for. */
    default long firstBlock() {
        return 0;
    }

    /**
     * The newest block. Asked by any thread, and often.
     *
     * @throws ChainException when it cannot be told now
     */
    BlockHeader head();

    /**
     * A block that exists.
     *
     * @throws ChainException when the node does not have it, or cannot be asked now
     */
    Block block(long number);

    /** One block. */
    interface Block {
        BlockHeader header();

        /**
         * All logs of at least the network's contracts, in order; read only when asked for.
         *
         * @throws ChainException when the node does not have them, or cannot be asked now
         */
        List<RawLog> logs();
    }
}
