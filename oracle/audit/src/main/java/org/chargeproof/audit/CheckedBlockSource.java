package org.chargeproof.audit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;

/**
 * Blocks and logs from a node that nobody vouches for: what does not fit together is no answer. It cannot tell a lie that fits.
 */
final class CheckedBlockSource implements BlockSource {
    /** An audit goes on from block to block: what it looks at is near what it looked at just before. */
    private static final int MOST_KEPT = 10_000;

    private final BlockSource node;
    private final Set<Bytes> addresses;
    private final Runnable alive;
    private final TreeMap<Long, BlockHeader> seen = new TreeMap<>();
    private @Nullable BlockHeader head;
    private @Nullable RawLog linked;
    private @Nullable RawLog market;

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
        keep(answer);
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
        keep(answer);
        return answer;
    }

    @Override
    public List<RawLog> logs(long fromBlock, long toBlock) {
        var logs = node.logs(fromBlock, toBlock);
        alive.run();
        return checked(logs, fromBlock, toBlock);
    }

    @Override
    public Page page(long fromBlock, long toBlock) {
        var page = node.page(fromBlock, toBlock);
        alive.run();
        checked(page.logs(), fromBlock, page.lastBlock());
        return page;
    }

    private List<RawLog> checked(List<RawLog> logs, long fromBlock, long toBlock) {
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
            if (linked == null && LogDecoder.isNetworkLinked(log)) {
                linked = log;
            }
            if (market == null && LogDecoder.isMarketLinked(log)) {
                market = log;
            }
        }
        return logs;
    }

    /** Every block is at least a second later than the one before. */
    private void keep(BlockHeader block) {
        requireBetween(seen.lowerEntry(block.number()), block);
        var later = seen.higherEntry(block.number());
        if (later != null) {
            requireBetween(Map.entry(block.number(), block), later.getValue());
        }
        seen.put(block.number(), block);
        if (seen.size() > MOST_KEPT) {
            seen.pollFirstEntry();
        }
    }

    private static void requireBetween(Map.@Nullable Entry<Long, BlockHeader> before, BlockHeader block) {
        if (before != null) {
            var b = before.getValue();
            require(
                    block.timestampSeconds() - b.timestampSeconds() >= block.number() - b.number(),
                    "block " + b.number() + " is of second " + b.timestampSeconds() + ", and block " + block.number()
                            + " of second " + block.timestampSeconds() + ": each is later than the one before");
        }
    }

    /**
     * Holds what the node said of the network against the log that every network begins with. Without that log, others are missing
     * too.
     *
     * @param consortium address of the contract that wrote it
     * @param said by the node, when it was asked for the network
     * @param saidMarket what it said of bills; null when it denied that the network bills
     */
    void checkBeginning(
            Bytes consortium, LedgerEvent.NetworkLinked said, LedgerEvent.@Nullable MarketLinked saidMarket) {
        var log = linked;
        if (log == null || !log.address().equals(consortium)) {
            throw new LedgerException("the node has no logs of the network's beginning. Maybe it has pruned older logs;"
                    + " ask a node that keeps all of them.");
        }
        var begun = LogDecoder.decode(log).orElseThrow();
        require(begun.equals(said), "it says that the network is " + said + ", and that it began as " + begun);
        var ofMarket = market;
        var bills = ofMarket == null || !ofMarket.address().equals(consortium)
                ? null
                : LogDecoder.decode(ofMarket).orElseThrow();
        require(
                Objects.equals(bills, saidMarket),
                "it says that the network bills by " + saidMarket + ", and that it began with " + bills);
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
