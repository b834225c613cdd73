package org.chargeproof.ledger;

import java.util.List;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;

/** Headers and logs of a ledger, from wherever they come. */
public interface BlockSource {
    /** The newest block. */
    BlockHeader head();

    /** A block that exists. */
    BlockHeader header(long number);

    /** All logs of the network's contracts in a range of blocks, both ends included, in the order of the ledger. */
    List<RawLog> logs(long fromBlock, long toBlock);
}
