package org.chargeproof.audit;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.RawLog;
import org.jspecify.annotations.Nullable;

/** Folds logs into the ledger's state, up to one block after the other, and holds no more of them than one read brings. */
final class LogFold {
    private static final long BLOCKS_PER_READ = 5_000;

    private final BlockSource blocks;
    private final long headBlock;
    private final ProgressListener progress;
    private Fold fold;
    private final ArrayDeque<RawLog> waiting = new ArrayDeque<>();
    private long nextBlock;
    private @Nullable Integer firstAlgorithmFrom;

    /**
     * @param headBlock last block to read
     */
    LogFold(BlockSource blocks, AuditedNetwork network, long headBlock, ProgressListener progress) {
        this.blocks = blocks;
        this.fold = new Fold(network.parameters(), network.market());
        this.nextBlock = network.deployedAtBlock();
        this.headBlock = headBlock;
        this.progress = progress;
    }

    /** Begins with a state instead of the first log; nothing was read yet. */
    void beginWith(SnapshotFolder.Restored restored) {
        fold = restored.fold();
        nextBlock = restored.block().number() + 1;
    }

    /** The state after all events so far. */
    LedgerState state() {
        return fold.state();
    }

    /** All that was read. */
    Fold fold() {
        return fold;
    }

    /**
     * Applies all logs up to a block, that block included.
     *
     * @param listener is told of each event after it was applied
     */
    void upTo(long block, Consumer<LedgerEvent> listener) {
        while (readOn(block)) {
            apply(waiting.removeFirst(), listener);
        }
    }

    /** Applies logs until the first algorithm is activated. @return the timestep it counts from, null if there is none */
    @Nullable
    Integer upToFirstAlgorithm() {
        while (firstAlgorithmFrom == null && readOn(headBlock)) {
            apply(waiting.removeFirst(), event -> {
                if (event instanceof LedgerEvent.AlgorithmActivated activated) {
                    firstAlgorithmFrom = activated.fromTimestep();
                }
            });
        }
        return firstAlgorithmFrom;
    }

    /** Whether a log at or before a block waits, reading more if need be. */
    private boolean readOn(long block) {
        while (waiting.isEmpty() && nextBlock <= block) {
            long last = Math.min(nextBlock + BLOCKS_PER_READ - 1, headBlock);
            var page = blocks.page(nextBlock, last);
            waiting.addAll(page.logs());
            nextBlock = page.lastBlock() + 1;
            progress.onBlocks(page.lastBlock(), headBlock);
        }
        return !waiting.isEmpty() && waiting.getFirst().block() <= block;
    }

    private void apply(RawLog log, Consumer<LedgerEvent> listener) {
        try {
            fold.apply(log).ifPresent(listener);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
            throw new LedgerException(
                    "the node's logs contradict each other at log " + log.logIndex() + " of block " + log.block() + " ("
                            + e.getMessage() + "). Maybe it has pruned older logs; ask a node that keeps all of them.",
                    e);
        }
    }
}
