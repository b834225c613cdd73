package org.chargeproof.ledger;

import java.util.List;
import java.util.function.Consumer;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;

/** Headers and logs of a ledger, from wherever they come. */
public interface BlockSource {
    /** Of which at most one page is asked for. */
    long BLOCKS_PER_PAGE = 5_000;

    /**
     * Logs of whole blocks.
     *
     * @param logs in the order of the ledger
     * @param lastBlock up to which they are complete
     */
    record Page(List<RawLog> logs, long lastBlock) {}

    /** The newest block. */
    BlockHeader head();

    /** A block that exists. */
    BlockHeader header(long number);

    /** All logs of the network's contracts in a range of blocks, both ends included, in the order of the ledger. */
    List<RawLog> logs(long fromBlock, long toBlock);

    /**
     * The logs of the first blocks of a range: of at least one, and of no more than fit into memory well, whatever was written.
     *
     * @param toBlock not below {@code fromBlock}
     */
    default Page page(long fromBlock, long toBlock) {
        return new Page(logs(fromBlock, toBlock), toBlock);
    }

    /** Hands over the same as {@link #logs}, page by page: never more of them are in memory than one page has. */
    default void forEachLog(long fromBlock, long toBlock, Consumer<RawLog> reader) {
        for (long from = fromBlock; from <= toBlock; ) {
            var page = page(from, Math.min(toBlock, from + BLOCKS_PER_PAGE - 1));
            page.logs().forEach(reader);
            from = page.lastBlock() + 1;
        }
    }
}
