package org.chargeproof.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans all groups of a timestep with the algorithm that the ledger holds, and keeps the plans of the running and the next one. */
final class OwnPlans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnPlans.class);
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final InputBuilder inputs;
    private final AlgorithmStore algorithms;
    private final SecondOpinions secondOpinions;
    private final OracleMetrics metrics;
    private final UnaryOperator<TimestepPlan> told;
    private final Map<Bytes32, PlanningAlgorithm> loaded = new HashMap<>();
    private final Map<Integer, TimestepPlan> tell = new HashMap<>();
    private final ConcurrentMap<Integer, TimestepPlan> computed = new ConcurrentHashMap<>();
    private int newest;

    /** @param told given what was computed, what is posted and attested in its place: the same, of an honest oracle */
    OwnPlans(
            NetworkParameters parameters,
            AlgorithmStore algorithms,
            SecondOpinions secondOpinions,
            OracleMetrics metrics,
            UnaryOperator<TimestepPlan> told) {
        this.inputs = new InputBuilder(parameters);
        this.algorithms = algorithms;
        this.secondOpinions = secondOpinions;
        this.metrics = metrics;
        this.told = told;
    }

    /**
     * Plans a timestep whose gate has closed.
     *
     * @param state folded up to the snapshot block, and no further
     * @return whether there is a plan now
     * @throws LedgerException when the node does not give the algorithm: to be tried again
     */
    boolean compute(LedgerState state, int timestep, long snapshotBlock) {
        Bytes32 id = state.algorithmAt(timestep);
        if (id == null) {
            LOG.info("no algorithm counts for timestep {} yet", timestep);
            return false;
        }
        TimestepPlan plan;
        try {
            plan = Objects.requireNonNull(metrics.planning.record(
                    () -> TimestepPlan.compute(state, inputs, timestep, snapshotBlock, algorithm(id))));
        } catch (LedgerException | RpcErrorException e) {
            throw e;
        } catch (RuntimeException e) {
            // the same for everybody, and the same again: no plan, and the timestep falls back
            metrics.planFailures.increment();
            LOG.error("timestep {} cannot be planned", timestep, e);
            return false;
        }
        computed.put(timestep, plan);
        tell.put(timestep, told.apply(plan));
        computed.keySet().removeIf(t -> t < timestep - 1);
        tell.keySet().removeIf(t -> t < timestep - 1);
        newest = timestep;
        metrics.plans.increment(plan.groups().size());
        secondOpinions.sample(plan);
        return true;
    }

    /** What this oracle says that a timestep's plan is; null when it has none. */
    @Nullable
    TimestepPlan of(int timestep) {
        return tell.get(timestep);
    }

    /** What it has computed; null when it has nothing. May be called by any thread. */
    @Nullable
    TimestepPlan computed(int timestep) {
        return computed.get(timestep);
    }

    /** The newest timestep that has a plan, 0 before the first. */
    int newest() {
        return newest;
    }

    @Override
    public void close() {
        secondOpinions.close();
    }

    private PlanningAlgorithm algorithm(Bytes32 id) {
        return loaded.computeIfAbsent(id, i -> JarAlgorithm.load(i, algorithms.bytes(i), THREADS));
    }
}
