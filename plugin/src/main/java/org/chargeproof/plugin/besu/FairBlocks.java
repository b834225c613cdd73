package org.chargeproof.plugin.besu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.chargeproof.plugin.pool.Accounts;
import org.chargeproof.plugin.pool.FairOrder;
import org.hyperledger.besu.datatypes.PendingTransaction;
import org.hyperledger.besu.plugin.data.ProcessableBlockHeader;
import org.hyperledger.besu.plugin.data.TransactionProcessingResult;
import org.hyperledger.besu.plugin.data.TransactionSelectionResult;
import org.hyperledger.besu.plugin.services.txselection.BlockTransactionSelectionService;
import org.hyperledger.besu.plugin.services.txselection.PluginTransactionSelector;
import org.hyperledger.besu.plugin.services.txselection.PluginTransactionSelectorFactory;
import org.hyperledger.besu.plugin.services.txselection.SelectorsStateManager;
import org.hyperledger.besu.plugin.services.txselection.TransactionEvaluationContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses what goes into this node's own blocks, operators in turn. Besu first lets plugins choose and then goes through its pool
 * by itself, which here finds nothing left to take.
 */
final class FairBlocks implements PluginTransactionSelectorFactory {
    private static final Logger LOG = LoggerFactory.getLogger(FairBlocks.class);
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    /** So long after a block was begun no other transaction is tried for it. */
    private static final long CHOOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** A transaction that was not done in time in so many blocks leaves the pool. */
    private static final int MOST_TRIES = 2;

    private static final Set<TransactionSelectionResult> TOO_LATE = Set.of(
            TransactionSelectionResult.PLUGIN_SELECTION_TIMEOUT,
            TransactionSelectionResult.PLUGIN_SELECTION_TIMEOUT_INVALID_TX,
            TransactionSelectionResult.TX_EVALUATION_TOO_LONG,
            TransactionSelectionResult.INVALID_TX_EVALUATION_TOO_LONG);
    private static final TransactionSelectionResult NOT_CHOSEN =
            TransactionSelectionResult.invalidTransient("NOT_ITS_TURN");
    private static final TransactionSelectionResult TOO_SLOW = TransactionSelectionResult.invalid("TOO_SLOW");

    private final Supplier<Optional<Accounts>> accounts;
    private final FairOrder.Memory memory = new FairOrder.Memory();
    /** How often a transaction was not done in time; it goes with the transaction. */
    private final Map<PendingTransaction, Integer> tries = new WeakHashMap<>();

    private volatile @Nullable Choice current;

    /** @param accounts who belongs to the network; empty while there is none, or when blocks are to be made as Besu does */
    FairBlocks(Supplier<Optional<Accounts>> accounts) {
        this.accounts = accounts;
    }

    @Override
    public PluginTransactionSelector create(ProcessableBlockHeader header, SelectorsStateManager state) {
        var choice = new Choice(header);
        current = choice;
        return choice;
    }

    @Override
    public void selectPendingTransactions(
            BlockTransactionSelectionService block,
            ProcessableBlockHeader header,
            List<? extends PendingTransaction> candidates) {
        var choice = current;
        var known = accounts.get();
        // a block that nobody waits for any more may still be in the making
        if (choice == null || !choice.header.equals(header) || known.isEmpty()) {
            return;
        }
        try {
            choice.phase = Phase.CHOOSING;
            choose(block, header, candidates, known.get(), choice);
            choice.phase = Phase.CHOSEN;
        } catch (RuntimeException e) {
            block.rollback();
            choice.phase = Phase.OPEN;
            LOG.error("A block is made without regard to who sends, because choosing failed", e);
        }
    }

    /** One block at a time: what operators have taken is remembered. */
    private synchronized void choose(
            BlockTransactionSelectionService block,
            ProcessableBlockHeader header,
            List<? extends PendingTransaction> candidates,
            Accounts known,
            Choice choice) {
        var order = new FairOrder<PendingTransaction>(
                memory,
                header.getNumber(),
                candidates,
                one -> known.of(one.getTransaction().getSender().getBytes()));
        long end = System.nanoTime() + CHOOSING_NANOS;
        for (var one = order.next(); one != null && !Thread.currentThread().isInterrupted(); one = order.next()) {
            if (tries.getOrDefault(one, 0) >= MOST_TRIES) {
                continue;
            }
            long start = System.nanoTime();
            choice.gas = 0;
            var result = block.evaluatePendingTransaction(one);
            boolean goesOn = true;
            if (result.selected()) {
                goesOn = block.commit();
            } else {
                block.rollback();
            }
            order.took(Math.max((double) choice.gas / header.getGasLimit(), (System.nanoTime() - start) / NANOS));
            if (TOO_LATE.contains(result)) {
                tries.merge(one, 1, Integer::sum);
                if (System.nanoTime() - start > CHOOSING_NANOS) {
                    order.tookTooLong();
                }
                return;
            }
            if (!goesOn || result.stop() || System.nanoTime() > end) {
                return;
            }
        }
    }

    private synchronized boolean isTooSlow(PendingTransaction one) {
        return tries.getOrDefault(one, 0) >= MOST_TRIES;
    }

    private enum Phase {
        /** Whatever Besu takes is right. */
        OPEN,
        /** We try one after the other. */
        CHOOSING,
        /** Nothing more goes in. */
        CHOSEN
    }

    /** What is asked while one block is made. */
    private final class Choice implements PluginTransactionSelector {
        private final ProcessableBlockHeader header;
        private volatile Phase phase = Phase.OPEN;
        private volatile long gas;

        Choice(ProcessableBlockHeader header) {
            this.header = header;
        }

        @Override
        public TransactionSelectionResult evaluateTransactionPreProcessing(TransactionEvaluationContext context) {
            if (phase != Phase.CHOSEN) {
                return TransactionSelectionResult.SELECTED;
            }
            return isTooSlow(context.getPendingTransaction()) ? TOO_SLOW : NOT_CHOSEN;
        }

        @Override
        public TransactionSelectionResult evaluateTransactionPostProcessing(
                TransactionEvaluationContext context, TransactionProcessingResult result) {
            gas = result.getEstimateGasUsedByTransaction();
            return TransactionSelectionResult.SELECTED;
        }
    }
}
