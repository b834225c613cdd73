package org.chargeproof.plugin.besu;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.chargeproof.plugin.pool.Accounts;
import org.chargeproof.plugin.pool.PoolGuard;
import org.chargeproof.plugin.pool.PoolShares;
import org.chargeproof.plugin.pool.PoolShares.Waiting;
import org.chargeproof.plugin.pool.Sender;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.NetworkTracker;
import org.hyperledger.besu.datatypes.PendingTransaction;
import org.hyperledger.besu.datatypes.Transaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node's pool takes. Only the pool asks; blocks of other nodes are never refused for this, or this node would leave the
 * network.
 */
final class PoolPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(PoolPolicy.class);
    /** Somebody may use an account in the moment that its registration is in a block. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** Further behind than this, the plugin does not know who belongs to the network. */
    private static final long MOST_BLOCKS_BEHIND = 5;

    private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ChargeOptions options;
    private final Supplier<@Nullable ChainFollower> follower;
    private final Supplier<Collection<? extends PendingTransaction>> pool;
    private final Runnable onRejection;
    private final AtomicLong countedAtBlock = new AtomicLong(-1);
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);
    private final AtomicLong unlogged = new AtomicLong();
    private volatile @Nullable PoolShares shares;
    private volatile Accounts accounts = new Accounts();

    /**
     * @param pool all that wait now
     * @param onRejection told of each that is refused
     */
    PoolPolicy(
            ChargeOptions options,
            Supplier<@Nullable ChainFollower> follower,
            Supplier<Collection<? extends PendingTransaction>> pool,
            Runnable onRejection) {
        this.options = options;
        this.follower = follower;
        this.pool = pool;
        this.onRejection = onRejection;
    }

    /** Begins; the options are known now. */
    void start() {
        shares = new PoolShares(options.strangers() == ChargeOptions.Strangers.ALLOW);
    }

    /** Learns anew who belongs to the network. */
    LogListener listener() {
        var empty = new Accounts();
        accounts = empty;
        return empty;
    }

    /** Whether the pool may take a transaction. @return why not; empty when it may */
    Optional<String> check(Transaction transaction) {
        var following = follower.get();
        try {
            var objection = following == null
                    ? Optional.<String>empty()
                    : following.tracker().flatMap(t -> objection(t, following, transaction));
            objection.ifPresent(reason -> tell(transaction, reason));
            return objection;
        } catch (RuntimeException e) {
            LOG.error("A transaction could not be judged, and was let pass", e);
            return Optional.empty();
        }
    }

    /** The pool has taken one. */
    void added(Transaction transaction) {
        var current = shares;
        accounts().ifPresent(known -> {
            if (current != null) {
                current.added(waiting(transaction, known));
            }
        });
    }

    /** Who belongs to the network; empty while there is none, or when members are not to be told apart. */
    Optional<Accounts> accounts() {
        var following = follower.get();
        return following == null || !options.fairBlocks()
                ? Optional.empty()
                : following.tracker().map(tracker -> accounts);
    }

    private Optional<String> objection(NetworkTracker tracker, ChainFollower following, Transaction transaction) {
        return ofShares(accounts, following, transaction)
                .or(() -> options.rejectMismatch() ? ofPlan(tracker, transaction) : Optional.empty());
    }

    private Optional<String> ofShares(Accounts known, ChainFollower following, Transaction transaction) {
        var current = shares;
        if (current == null || known.memberCount() == 0) {
            return Optional.empty();
        }
        long behind = following.lagBlocks();
        var one = waiting(transaction, known);
        long start = System.nanoTime();
        while (one.sender().kind() == Sender.Kind.STRANGER
                && behind > 0
                && behind <= MOST_BLOCKS_BEHIND
                && System.nanoTime() - start < PATIENCE_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
            behind = following.lagBlocks();
            one = waiting(transaction, known);
        }
        if (!options.fairBlocks()) {
            return one.sender().kind() == Sender.Kind.STRANGER
                    ? current.objection(one, known.memberCount(), behind <= MOST_BLOCKS_BEHIND)
                    : Optional.empty();
        }
        recount(current, known, following.headBlock());
        return current.objection(one, known.memberCount(), behind <= MOST_BLOCKS_BEHIND);
    }

    /** Once a block: what went into it waits no more. */
    private void recount(PoolShares current, Accounts known, long block) {
        long before = countedAtBlock.get();
        if (block != before && countedAtBlock.compareAndSet(before, block)) {
            current.recount(pool.get().stream()
                    .map(one -> waiting(one.getTransaction(), known))
                    .toList());
        }
    }

    private static Optional<String> ofPlan(NetworkTracker tracker, Transaction transaction) {
        var linked = tracker.network().linked();
        boolean concerned = transaction
                .getTo()
                .filter(to -> to.getBytes().equals(linked.plans()))
                .isPresent();
        return concerned
                ? new PoolGuard(tracker.verifier(), linked.stepsPerHour()).objection(transaction.getPayload())
                : Optional.empty();
    }

    private static Waiting waiting(Transaction transaction, Accounts known) {
        var account = transaction.getSender().getBytes();
        return new Waiting(account, known.of(account), transaction.getPayload().size());
    }

    /** A flood must not fill the disk instead. */
    private void tell(Transaction transaction, String reason) {
        onRejection.run();
        long now = System.nanoTime();
        long last = loggedNanos.get();
        if (now - last >= LOG_EVERY_NANOS && loggedNanos.compareAndSet(last, now)) {
            LOG.warn(
                    "Kept out of the pool, from {}: {} (and {} others since the last such line)",
                    transaction.getSender().getBytes(),
                    reason,
                    unlogged.getAndSet(0));
        } else {
            unlogged.incrementAndGet();
        }
    }
}
