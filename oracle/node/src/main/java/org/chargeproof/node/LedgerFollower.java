package org.chargeproof.node;

import java.util.ArrayDeque;
import java.util.List;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.TimestepSource;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ledger's state up with a node: logs from the store as far as it goes, from the node beyond, and every timestep
 * event exactly when the state has been folded up to the block before it.
 */
final class LedgerFollower {
    private static final long BLOCKS_AT_ONCE = 5_000;

    private final BlockSource blocks;
    private final OracleStore store;
    private final TimestepSource timesteps;
    private final long firstFolded;
    private LedgerState state = new LedgerState();
    private final ArrayDeque<TimestepEvent> pending = new ArrayDeque<>();
    private BlockHeader stored;
    private long folded;

    /** Told of timestep events. */
    interface EventHandler {
        /**
         * An event has come, or is told again because handling it failed with a {@link LedgerException}.
         *
         * @param state as it was before the block that brought it
         * @param head the newest block
         */
        void onEvent(TimestepEvent event, LedgerState state, BlockHeader head);
    }

    /**
     * @param beforeFirst block before the first that can hold a log
     * @throws LedgerException when the node follows another chain than the store
     */
    LedgerFollower(BlockSource blocks, OracleStore store, TimestepSource timesteps, BlockHeader beforeFirst) {
        this.blocks = blocks;
        this.store = store;
        this.timesteps = timesteps;
        this.firstFolded = beforeFirst.number();
        this.folded = firstFolded;
        this.stored = store.cursor().orElse(beforeFirst);
        requireStored(blocks.header(stored.number()));
    }

    /** A node that went over to another chain, or a balancer that leads to nodes of two, must not be read on from. */
    private void requireStored(BlockHeader now) {
        if (!now.hash().equals(stored.hash())) {
            throw new LedgerException("block " + stored.number() + " of the node has hash " + now.hash()
                    + ", but the data folder knows it with " + stored.hash()
                    + ". Maybe the ledger was reset; then start with an empty data folder.");
        }
    }

    LedgerState state() {
        return state;
    }

    /** Catches up with the node. @return the block up to which the state is folded now */
    BlockHeader advance(EventHandler handler) {
        BlockHeader head = blocks.head();
        if (head.number() < stored.number()) {
            throw new LedgerException("the node is at block " + head.number() + ", behind block " + stored.number()
                    + " that was read before. Wait until it has caught up.");
        }
        requireStored(head.number() == stored.number() ? head : blocks.header(stored.number()));
        pending.addAll(timesteps.until(head));
        while (!pending.isEmpty()) {
            // an event is done with when it was handled: whatever fails on the way, the next look begins with it
            TimestepEvent event = pending.getFirst();
            foldUntil(event.block() - 1, null);
            handler.onEvent(event, state, head);
            pending.removeFirst();
        }
        foldUntil(head.number(), head);
        return head;
    }

    private void foldUntil(long block, @Nullable BlockHeader headerOrNull) {
        if (block <= folded) {
            return;
        }
        try {
            if (folded < stored.number()) {
                long until = Math.min(block, stored.number());
                long from = folded + 1;
                whole(() -> store.logs(from, until, this::apply));
                folded = until;
            }
            while (block > folded) {
                // in pieces: the first start reads the whole history
                var page = blocks.page(folded + 1, Math.min(block, folded + BLOCKS_AT_ONCE));
                long until = page.lastBlock();
                BlockHeader header = headerOrNull != null && until == block ? headerOrNull : blocks.header(until);
                take(page.logs(), header);
                folded = until;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException | ArithmeticException e) {
            throw new LedgerException(
                    "the node's logs contradict each other between blocks " + (folded + 1) + " and " + block + " ("
                            + e.getMessage() + "). Maybe it has pruned older logs; ask a node that keeps all of them.",
                    e);
        }
    }

    /** What does not fold is not stored, or no other node's truth would help any more. */
    private void take(List<RawLog> logs, BlockHeader header) {
        whole(() -> {
            logs.forEach(this::apply);
            store.append(logs, header);
        });
        stored = header;
    }

    /** When folding ends halfway, the next look folds what is stored anew. */
    private void whole(Runnable folding) {
        boolean done = false;
        try {
            folding.run();
            done = true;
        } finally {
            if (!done) {
                state = new LedgerState();
                folded = firstFolded;
            }
        }
    }

    private void apply(RawLog log) {
        LogDecoder.decode(log).ifPresent(state::apply);
    }
}
