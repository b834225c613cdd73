package org.chargeproof.view.verify;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.protocol.verify.PostComparison;
import org.jspecify.annotations.Nullable;

/**
 * Computes every timestep's plan again when its gate closes, with the algorithm that the chain holds, and compares what is
 * posted with it. Posts are judged by one thread; others may ask for plans.
 */
public final class PlanVerifier implements AutoCloseable {
    /** The one that runs, the one that is planned, and the one before, for late attestations. */
    private static final int PLANS_KEPT = 3;

    private static final int MOST_REASON_CHARACTERS = 300;

    private final NetworkParameters parameters;
    private final InputBuilder inputs;
    private final PlanSource source;
    private final LongConsumer replanNanos;
    private final StoredAlgorithms algorithms = new StoredAlgorithms();
    private final TreeMap<Integer, FutureTask<TimestepPlan>> plans = new TreeMap<>();
    /** Of plans that somebody asked for; who follows the chain does not wait for who hashes. */
    private final TreeMap<Integer, PlanTrees> trees = new TreeMap<>();

    private final ExecutorService replanner = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("charge-replan").factory());

    /**
     * @param source where plans come from
     * @param replanNanos told how long each re-execution took
     */
    public PlanVerifier(NetworkParameters parameters, PlanSource source, LongConsumer replanNanos) {
        this.parameters = parameters;
        this.inputs = new InputBuilder(parameters);
        this.source = source;
        this.replanNanos = replanNanos;
    }

    /**
     * An operator stored a part of an algorithm.
     *
     * @param chunk gives its bytes when they are needed
     */
    public void onChunk(Bytes32 algorithm, int operator, int index, Supplier<Bytes> chunk) {
        algorithms.onChunk(algorithm, operator, index, chunk);
    }

    /** An algorithm will count. */
    public void onActivated(Bytes32 algorithm) {
        algorithms.onActivated(algorithm);
    }

    /**
     * A gate has closed.
     *
     * @param state folded up to the snapshot block, and no further
     * @param timestep that is planned
     * @param atOnce whether to compute now, and not only when somebody asks
     */
    public void onGate(LedgerState state, int timestep, long snapshotBlock, boolean atOnce) {
        Bytes32 algorithm = state.algorithmAt(timestep);
        if (algorithm == null) {
            return;
        }
        var task = new FutureTask<>(timed(planning(state, timestep, snapshotBlock, algorithm)));
        synchronized (this) {
            plans.put(timestep, task);
            while (plans.size() > PLANS_KEPT) {
                plans.pollFirstEntry();
            }
        }
        if (atOnce) {
            replanner.execute(task);
        }
    }

    /** What the computation needs is taken now: the state goes on. */
    private Callable<TimestepPlan> planning(LedgerState state, int timestep, long snapshotBlock, Bytes32 id) {
        PlanningAlgorithm algorithm;
        try {
            algorithm = algorithms.load(id);
        } catch (StoredAlgorithms.UnusableException e) {
            // told to who asks for the plan
            return () -> {
                throw e.reason();
            };
        }
        var encoded = inputs.encodedInputs(state, timestep, algorithm.inputVersion());
        var known = source.computed(timestep);
        if (known != null
                && known.commitment().snapshotBlock() == snapshotBlock
                && known.commitment().algorithm().equals(id)
                && known.commitment().inputsRoot().equals(root(encoded))) {
            // an algorithm makes one plan of one input
            return () -> known;
        }
        var layout = TimestepPlan.Layout.of(state);
        return () -> TimestepPlan.assemble(layout, timestep, snapshotBlock, id, encoded, algorithm.plan(encoded));
    }

    private static Bytes32 root(List<byte[]> inputs) {
        return MerkleTree.root(inputs.stream().map(Bytes::wrap).toList());
    }

    /**
     * The algorithm with a hash, loaded a second time if need be: who asks what would be planned, however often, does not delay who judges
     * what was.
     *
     * @return empty when the chain holds none that can be used
     */
    public Optional<PlanningAlgorithm> algorithmApart(Bytes32 id) {
        try {
            return Optional.of(algorithms.loadApart(id));
        } catch (StoredAlgorithms.UnusableException e) {
            return Optional.empty();
        }
    }

    /** Judges a post, whatever time that takes. */
    public Verdict judge(PlanPosted post) {
        var task = task(post.timestep());
        if (task == null) {
            return unverified(post, "no plan was possible for timestep " + post.timestep());
        }
        task.run();
        try {
            var difference = new PostComparison(post, task.get(), parameters.stepsPerHour()).ofAll();
            var result = difference == null ? Verdict.Result.MATCH : Verdict.Result.MISMATCH;
            return new Verdict(post.timestep(), post.candidate(), post.operator(), result, difference, null);
        } catch (ExecutionException e) {
            return unverified(post, reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while judging a plan", e);
        }
    }

    /** The own plan of a timestep, whatever time that takes; empty when there is none, or it cannot be computed. */
    public Optional<TimestepPlan> plan(int timestep) {
        return plan(timestep, Long.MAX_VALUE);
    }

    /**
     * The own plan of a timestep, if it is there soon.
     *
     * @return empty when there is none, when it cannot be computed, or not within that time
     */
    public Optional<TimestepPlan> plan(int timestep, long millis) {
        var task = task(timestep);
        if (task == null) {
            return Optional.empty();
        }
        replanner.execute(task);
        try {
            return Optional.of(task.get(millis, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * As {@link #plan(int, long)}, with the trees over its groups, which who asks first builds.
     *
     * @return empty when there is none, when it cannot be computed, or not within that time
     */
    public Optional<PlanTrees> trees(int timestep, long millis) {
        return plan(timestep, millis).map(this::trees);
    }

    private PlanTrees trees(TimestepPlan plan) {
        synchronized (trees) {
            var known = trees.get(plan.commitment().timestep());
            if (known != null && known.plan().commitment().equals(plan.commitment())) {
                return known;
            }
            var built = new PlanTrees(plan);
            trees.put(plan.commitment().timestep(), built);
            while (trees.size() > PLANS_KEPT) {
                trees.pollFirstEntry();
            }
            return built;
        }
    }

    @Override
    public void close() {
        replanner.shutdownNow();
    }

    private synchronized @Nullable FutureTask<TimestepPlan> task(int timestep) {
        return plans.get(timestep);
    }

    private Callable<TimestepPlan> timed(Callable<TimestepPlan> work) {
        return () -> {
            long start = System.nanoTime();
            var plan = work.call();
            replanNanos.accept(System.nanoTime() - start);
            return plan;
        };
    }

    private static Verdict unverified(PlanPosted post, String reason) {
        return new Verdict(post.timestep(), post.candidate(), post.operator(), Verdict.Result.UNVERIFIED, null, reason);
    }

    /** The same words on every node: no thread, no time, no place in memory. */
    private static String reason(ExecutionException e) {
        var cause = Objects.requireNonNullElse(e.getCause(), e);
        String message = String.valueOf(cause.getMessage());
        // what an algorithm says is kept for a week and in the journal for ever
        return message.substring(0, Math.min(message.length(), MOST_REASON_CHARACTERS));
    }
}
