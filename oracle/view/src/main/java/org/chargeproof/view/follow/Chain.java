package org.chargeproof.view.follow;

import java.util.List;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;

/** The node's own chain, as far as it is needed here. Blocks are final: none is ever replaced. */
public interface Chain {
    long chainId();

    /** The newest block. */
    BlockHeader head();

    /**
     * A block that exists.
     *
     * @throws ChainException when the node does not have it
     */
    Block block(long number);

    /** One block. */
    interface Block {
        BlockHeader header();

        /** All logs of all contracts, in order; read only when asked for. */
        List<RawLog> logs();
    }
}
