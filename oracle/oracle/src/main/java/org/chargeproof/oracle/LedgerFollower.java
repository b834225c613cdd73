package org.chargeproof.oracle;

import java.util.ArrayDeque;
import java.util.List;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.ledger.TimestepSource;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ledger's state up with a node: logs from the store as far as it goes, from the node beyond, and every timestep
 * event exactly when the state has been folded up to the block before it. Begins with a snapshot where there is one.
 */
final class LedgerFollower {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFollower.class);
    private static final long BLOCKS_AT_ONCE = 5_000;
    /** A start reads hardly more than that, and those of the timesteps that are not over yet. */
    static final long BLOCKS_PER_SNAPSHOT = 1_000;

    private final BlockSource blocks;
    private final OracleStore store;
    private final TimestepSource timesteps;
    private final @Nullable SnapshotFolder snapshots;
    private final long blocksPerSnapshot;
    private final long firstFolded;
    private final NetworkIdentity network;
    private Fold fold;
    private final ArrayDeque<TimestepEvent> pending = new ArrayDeque<>();
    private BlockHeader stored;
    private long folded;
    /** Block of the newest snapshot, if one was read or written. */
    private long snapshotBlock;
    /** Whether what is folded may begin with a snapshot. */
    private boolean resumes = true;

    /** Told of timestep events. */
    interface EventHandler {
        /**
         * An event has come, or is told again because handling it failed with a {@link LedgerException}.
         *
         * @param fold as it was before the block that brought it
         * @param head the newest block
         */
        void onEvent(TimestepEvent event, Fold fold, BlockHeader head);
    }

    /**
     * @param beforeFirst block before the first that can hold a log
     * @param network whose logs they are
     * @param snapshots of the state, by this oracle itself; null for none
     * @param blocksPerSnapshot how many blocks lie between two of them at least
     * @throws LedgerException when the node follows another chain than the store
     */
    LedgerFollower(
            BlockSource blocks,
            OracleStore store,
            TimestepSource timesteps,
            BlockHeader beforeFirst,
            NetworkIdentity network,
            @Nullable SnapshotFolder snapshots,
            long blocksPerSnapshot) {
        this.network = network;
        this.fold = begun();
        this.snapshots = snapshots;
        this.blocksPerSnapshot = blocksPerSnapshot;
        this.blocks = blocks;
        this.store = store;
        this.timesteps = timesteps;
        this.firstFolded = beforeFirst.number();
        this.folded = firstFolded;
        this.snapshotBlock = firstFolded;
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
        return fold.state();
    }

    /** All that was read. */
    Fold fold() {
        return fold;
    }

    private Fold begun() {
        return new Fold(network.linked().parameters(), network.market());
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
        resume(pending.isEmpty() ? head.number() : pending.getFirst().block() - 1);
        while (!pending.isEmpty()) {
            // an event is done with when it was handled: whatever fails on the way, the next look begins with it
            TimestepEvent event = pending.getFirst();
            foldUntil(event.block() - 1, null);
            handler.onEvent(event, fold, head);
            pending.removeFirst();
            if (event.kind() == TimestepEvent.Kind.TIMESTEP_STARTED) {
                takeSnapshot();
            }
        }
        foldUntil(head.number(), head);
        return head;
    }

    /**
     * Begins with the newest snapshot, instead of the first log.
     *
     * @param maxBlock up to which events that are still to be handled let the state be folded
     */
    private void resume(long maxBlock) {
        if (snapshots == null || !resumes || folded > firstFolded) {
            return;
        }
        // logs that are not stored must be, also those before a snapshot
        snapshots.newest(Math.min(maxBlock, stored.number()), blocks).ifPresent(restored -> {
            fold = restored.fold();
            folded = restored.block().number();
            snapshotBlock = folded;
            LOG.info("goes on from its snapshot of block {}: logs before it are not read", folded);
        });
    }

    /**
     * When a timestep begins: nobody waits for a plan then. It is of a block before the next gate, so that a start in the next timestep or
     * later can begin with it; one in this timestep begins with the one before.
     */
    private void takeSnapshot() {
        if (snapshots == null || folded - snapshotBlock < blocksPerSnapshot) {
            return;
        }
        var header = folded == stored.number() ? stored : blocks.header(folded);
        // not tried with every timestep on a disk that is full
        snapshotBlock = folded;
        snapshots.take(header, fold).ifPresent(snapshots::write);
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
                fold = begun();
                folded = firstFolded;
                // maybe it was to blame
                resumes = false;
            }
        }
    }

    private void apply(RawLog log) {
        fold.apply(log);
    }
}
