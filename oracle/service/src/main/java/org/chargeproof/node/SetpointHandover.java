package org.chargeproof.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.chargeproof.node.SetpointBackend.Period;
import org.chargeproof.node.SetpointBackend.Setpoint;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands final setpoints over to the operator's own system, beside the blocks: a slow one holds nothing up. */
final class SetpointHandover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SetpointHandover.class);
    private static final int SECONDS_PER_HOUR = 3_600;

    private final SetpointBackend backend;
    private final NetworkParameters parameters;
    private final OracleMetrics metrics;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Integer> started = new HashSet<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    /** What the backend said to a timestep's setpoints; empty when it did not answer. */
    record Answer(int timestep, Optional<Set<Integer>> applied) {}

    SetpointHandover(SetpointBackend backend, NetworkParameters parameters, OracleMetrics metrics) {
        this.backend = backend;
        this.parameters = parameters;
        this.metrics = metrics;
    }

    /**
     * Starts to hand over a timestep's setpoints, unless that is under way.
     *
     * @param own the plan that was posted; null where it is not known, as after a restart: then there are no periods
     */
    void start(PlanPosted post, @Nullable TimestepPlan own, LedgerState state, int operator) {
        int timestep = post.timestep();
        if (!started.add(timestep)) {
            return;
        }
        var setpoints = setpoints(post, own, state, operator);
        underWay.incrementAndGet();
        threads.execute(() -> {
            try {
                var applied = backend.apply(
                        timestep, parameters.startOf(timestep), parameters.startOf(timestep + 1), setpoints);
                metrics.handovers.increment();
                answers.add(new Answer(timestep, Optional.of(applied)));
            } catch (Exception e) {
                metrics.handoverFailures.increment();
                LOG.warn("the backend did not take the setpoints of timestep {}: {}", timestep, e.toString());
                answers.add(new Answer(timestep, Optional.empty()));
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    /** The next answer that has come, if any; one that the backend did not give lets the timestep be started again. */
    Optional<Answer> poll() {
        var answer = Optional.ofNullable(answers.poll());
        answer.ifPresent(a -> started.remove(a.timestep()));
        return answer;
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    boolean isBusy() {
        return underWay.get() > 0 || hasAnswers();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private List<Setpoint> setpoints(PlanPosted post, @Nullable TimestepPlan own, LedgerState state, int operator) {
        var periods = own == null ? Map.<Integer, List<Period>>of() : periods(own);
        var setpoints = new ArrayList<Setpoint>();
        for (var chargePoint : state.chargePoints()) {
            if (chargePoint.operator() == operator && !chargePoint.removed()) {
                int energyWh = Setpoints.read(post.setpoints(), chargePoint.id());
                setpoints.add(new Setpoint(
                        chargePoint.id(),
                        chargePoint.evseId(),
                        energyWh * parameters.stepsPerHour(),
                        periods.getOrDefault(chargePoint.id(), List.of())));
            }
        }
        return setpoints;
    }

    /** Intervals of the plans, by charge point, in seconds of the ledger's timesteps, which may be shorter than a step. */
    private Map<Integer, List<Period>> periods(TimestepPlan own) {
        int stepSeconds = SECONDS_PER_HOUR / parameters.stepsPerHour();
        int timestepSeconds = parameters.timestepSeconds();
        var periods = new HashMap<Integer, List<Period>>();
        for (var group : own.groups()) {
            for (var row : group.decodedPlan().rows()) {
                if (!row.intervals().isEmpty()) {
                    periods.put(
                            row.chargePoint(),
                            row.intervals().stream()
                                    .map(i -> new Period(
                                            i.fromSecond() * timestepSeconds / stepSeconds,
                                            Math.ceilDiv(i.toSecond() * timestepSeconds, stepSeconds),
                                            i.powerW()))
                                    .toList());
                }
            }
        }
        return periods;
    }
}
