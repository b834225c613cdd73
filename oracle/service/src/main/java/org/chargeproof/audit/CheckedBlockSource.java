package org.chargeproof.audit;

import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;

/**
 * Blocks and logs from a node that nobody vouches for: what does not fit together is no answer. It cannot tell a lie that fits.
 */
final class CheckedBlockSource implements BlockSource {
    private final BlockSource node;
    private final Set<Bytes> addresses;
    private final Runnable alive;
    private @Nullable BlockHeader head;

    /**
     * @param addresses of the network's contracts
     * @param alive is told of every answer
     */
    CheckedBlockSource(BlockSource node, Set<Bytes> addresses, Runnable alive) {
        this.node = node;
        this.addresses = Set.copyOf(addresses);
        this.alive = alive;
    }

    @Override
    public BlockHeader head() {
        var answer = node.head();
        alive.run();
        require(answer.number() >= 0 && answer.timestampSeconds() >= 0, "its newest block is " + answer);
        head = answer;
        return answer;
    }

    @Override
    public BlockHeader header(long number) {
        var answer = node.header(number);
        alive.run();
        require(answer.number() == number, "asked for block " + number + ", it gives block " + answer.number());
        var newest = head;
        require(
                answer.timestampSeconds() >= 0
                        && (newest == null
                                || number > newest.number()
                                || answer.timestampSeconds() <= newest.timestampSeconds()),
                "block " + number + " is of second " + answer.timestampSeconds() + ", later than the newest block");
        require(
                newest == null || number != newest.number() || answer.equals(newest),
                "block " + number + " has changed while it was looked at");
        return answer;
    }

    @Override
    public List<RawLog> logs(long fromBlock, long toBlock) {
        var logs = node.logs(fromBlock, toBlock);
        alive.run();
        RawLog last = null;
        for (RawLog log : logs) {
            String where = "log " + log.logIndex() + " of block " + log.block();
            require(
                    log.block() >= fromBlock && log.block() <= toBlock,
                    where + " is none of blocks " + fromBlock + " to " + toBlock + ", which were asked for");
            require(addresses.contains(log.address()), where + " comes from another contract");
            require(
                    last == null
                            || log.block() > last.block()
                            || (log.block() == last.block() && log.logIndex() > last.logIndex()),
                    where + " is out of order, or there twice");
            last = log;
        }
        return logs;
    }

    /** Asks for the head once more: all that was read must belong to one chain. */
    void checkHead() {
        var newest = head;
        if (newest != null) {
            header(newest.number());
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new LedgerException("the node contradicts itself: " + otherwise + ". Ask again, or another node.");
        }
    }
}
