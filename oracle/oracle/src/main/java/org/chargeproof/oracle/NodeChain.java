package org.chargeproof.oracle;

import java.util.List;
import java.util.function.Supplier;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.view.follow.Chain;
import org.chargeproof.view.follow.ChainException;
import org.chargeproof.view.follow.UserLogs;
import org.jspecify.annotations.Nullable;

/**
 * The chain of the operator's node by JSON-RPC, with the logs of one network's contracts. It goes as far as somebody else has
 * looked: this asks for no newest block itself.
 */
final class NodeChain implements Chain {
    private static final long BLOCKS_AT_ONCE = 1_000;

    private final long chainId;
    private final long firstBlock;
    private final BlockSource blocks;
    private final Supplier<@Nullable BlockHeader> head;
    private volatile Read read = new Read(0, -1, List.of());

    /** Logs that were read ahead, of all blocks from the first to the last. */
    private record Read(long first, long last, List<RawLog> logs) {}

    /** @param head the newest block that is known; null before the first */
    NodeChain(Network network, Supplier<@Nullable BlockHeader> head) {
        this(
                network.client().chainId(),
                network.deployedAtBlock(),
                NodeBlockSource.withPayments(network, UserLogs.TOPICS),
                head);
    }

    NodeChain(long chainId, long firstBlock, BlockSource blocks, Supplier<@Nullable BlockHeader> head) {
        this.chainId = chainId;
        this.firstBlock = firstBlock;
        this.blocks = blocks;
        this.head = head;
    }

    @Override
    public long chainId() {
        return chainId;
    }

    @Override
    public long firstBlock() {
        return firstBlock;
    }

    @Override
    public BlockHeader head() {
        BlockHeader known = head.get();
        if (known == null) {
            throw new ChainException("the oracle has not read its node's newest block yet");
        }
        return known;
    }

    @Override
    public Block block(long number) {
        BlockHeader newest = head();
        BlockHeader header = number == newest.number() ? newest : asked(() -> blocks.header(number));
        return new NodeBlock(header);
    }

    private final class NodeBlock implements Block {
        private final BlockHeader header;

        NodeBlock(BlockHeader header) {
            this.header = header;
        }

        @Override
        public BlockHeader header() {
            return header;
        }

        @Override
        public List<RawLog> logs() {
            return logsOf(header.number());
        }
    }

    private List<RawLog> logsOf(long number) {
        var known = read;
        if (number < known.first()) {
            // an old one, once more: those that were read ahead are still needed
            return asked(() -> blocks.logs(number, number));
        }
        if (number > known.last()) {
            long to = Math.max(number, Math.min(head().number(), number + BLOCKS_AT_ONCE - 1));
            var page = asked(() -> blocks.page(number, to));
            known = new Read(number, page.lastBlock(), page.logs());
            read = known;
        }
        return known.logs().stream().filter(log -> log.block() == number).toList();
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (LedgerException | RpcErrorException e) {
            throw new ChainException(String.valueOf(e.getMessage()), e);
        }
    }
}
