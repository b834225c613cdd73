package org.chargeproof.view.follow;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.view.verify.BillSource;
import org.chargeproof.view.verify.PlanSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a node's chain on a thread of its own. Whatever goes wrong there is logged, counted and tried again; who runs it
 * does not notice.
 */
public final class ChainFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainFollower.class);
    /** Waking a thread can cost the waker its processor, and the waker imports blocks: so this one looks by itself. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** In case that a block came without being told. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** A node that restarts is nothing special. */
    private static final long MOST_UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long PROGRESS_BLOCKS = 50_000;
    private static final long STOP_MILLIS = 5_000;

    private final Chain chain;
    private final @Nullable Bytes contract;
    private final Path folder;
    private final History history;
    private final PlanSource plans;
    private final BillSource bills;
    private final Supplier<LogListener> listener;
    private final ViewMetrics metrics;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean told;
    private volatile @Nullable NetworkTracker tracker;
    private volatile long searched = -1;
    private volatile String error = "";

    /** As the other, with bills that it computes itself. */
    public ChainFollower(
            Chain chain,
            @Nullable Bytes contract,
            Path folder,
            History history,
            PlanSource plans,
            Supplier<LogListener> listener,
            ViewMetrics metrics) {
        this(chain, contract, folder, history, plans, BillSource.computingWhenAsked(), listener, metrics);
    }

    /**
     * @param contract address of the Consortium to follow; null for the first that was linked on the chain
     * @param folder for the journal
     * @param history how much of what is over is remembered
     * @param plans where its own plans come from
     * @param bills where its own bills come from
     * @param listener asked for a new one whenever the network is followed from its first block, at the start and after an error
     */
    public ChainFollower(
            Chain chain,
            @Nullable Bytes contract,
            Path folder,
            History history,
            PlanSource plans,
            BillSource bills,
            Supplier<LogListener> listener,
            ViewMetrics metrics) {
        this.chain = chain;
        this.contract = contract;
        this.folder = folder;
        this.history = history;
        this.plans = plans;
        this.bills = bills;
        this.listener = listener;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().daemon().name("charge-follower").unstarted(this::run);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** A block was added. Wakes nobody and returns at once. */
    public void onBlock() {
        told = true;
    }

    /** The network, once it is found on the chain. */
    public Optional<NetworkTracker> tracker() {
        return Optional.ofNullable(tracker);
    }

    /** How many blocks of the chain are not followed yet. */
    public long lagBlocks() {
        var current = tracker;
        long at = current == null ? searched : current.processed().number();
        return Math.max(0, chain.head().number() - at);
    }

    /** The newest block of the chain. */
    public long headBlock() {
        return chain.head().number();
    }

    /** What went wrong at the last try; empty when nothing did. */
    public String error() {
        return error;
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var current = tracker;
        if (current != null) {
            current.close();
        }
    }

    private void run() {
        long retryNanos = FIRST_RETRY_NANOS;
        while (!stopped) {
            try {
                if (!step()) {
                    awaitBlock();
                }
                retryNanos = FIRST_RETRY_NANOS;
                error = "";
            } catch (ChainException e) {
                notAnswered(e);
                LockSupport.parkNanos(retryNanos);
                retryNanos = Math.min(2 * retryNanos, MOST_UNANSWERED_NANOS);
            } catch (Throwable e) {
                // an Error too: nothing that happens here may reach the node
                fail(e);
                LockSupport.parkNanos(retryNanos);
                retryNanos = Math.min(2 * retryNanos, MOST_RETRY_NANOS);
            }
        }
    }

    private void awaitBlock() {
        long start = System.nanoTime();
        while (!told && !stopped && System.nanoTime() - start < IDLE_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        told = false;
    }

    /** @return whether there may be more to do at once */
    private boolean step() {
        long head = chain.head().number();
        var current = tracker;
        if (current != null) {
            if (current.processed().number() >= head) {
                return false;
            }
            current.advance();
            return true;
        }
        return search(head);
    }

    private boolean search(long head) {
        if (searched < 0) {
            // what was found before need not be looked for again
            String known = Journal.header(Journal.in(folder));
            searched = known == null ? -1 : JournalFormat.deployedAtBlock(known, chain, contract) - 1;
            searched = Math.max(chain.firstBlock() - 1, searched);
        }
        if (searched >= head) {
            return false;
        }
        var finder = new NetworkFinder(chain.chainId(), contract);
        long next = searched + 1;
        var found = finder.in(chain.block(next));
        if (found.isPresent()) {
            tracker = NetworkTracker.open(found.get(), chain, folder, history, plans, bills, listener.get(), metrics);
        } else {
            searched = next;
            if (next > 0 && next % PROGRESS_BLOCKS == 0) {
                LOG.info("Looking for the network's contracts: block {} of {}", next, head);
            }
        }
        return true;
    }

    private void notAnswered(ChainException e) {
        String message = String.valueOf(e.getMessage());
        if (!message.equals(error)) {
            LOG.warn("Following the chain waits, and tries again: {}", message);
        }
        error = message;
        metrics.error();
        forgetIfTorn();
    }

    private void fail(Throwable e) {
        error = String.valueOf(e.getMessage());
        metrics.error();
        LOG.error("Following the chain failed; it is tried again. Nothing else is affected", e);
        forgetIfTorn();
    }

    /** Half of a block may have been applied: the journal knows what was done with. */
    private void forgetIfTorn() {
        var current = tracker;
        if (current != null && current.isTorn()) {
            tracker = null;
            searched = Math.max(-1, current.network().linked().deployedAtBlock() - 1);
            try {
                current.close();
            } catch (RuntimeException closing) {
                LOG.warn("Closing failed too", closing);
            }
        }
    }
}
