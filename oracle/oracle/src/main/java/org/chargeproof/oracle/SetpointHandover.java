package org.chargeproof.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chargeproof.console.output.Count;
import org.chargeproof.console.output.Printable;
import org.chargeproof.oracle.backend.SetpointBackend;
import org.chargeproof.oracle.backend.SetpointBackend.Period;
import org.chargeproof.oracle.backend.SetpointBackend.Setpoint;
import org.chargeproof.oracle.backend.SetpointBackend.Source;
import org.chargeproof.oracle.backend.SetpointBackend.TimestepSetpoints;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.Fallback;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands setpoints over to the operator's own system, beside the blocks: a slow one holds nothing up. */
final class SetpointHandover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SetpointHandover.class);
    private static final int SECONDS_PER_HOUR = 3_600;

    /** Who hears nothing cannot know whether others go on by a plan that gives them all there is: docs/decisions/0034. */
    private static final int AFTER_VALIDITY_POWER_W = 0;

    private final SetpointBackend backend;
    private final NetworkParameters parameters;
    private final OracleMetrics metrics;
    /** Groups with limits of single phases, which the ledger does not know: interim power might exceed one. */
    private final Set<Integer> withoutInterim;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Integer> underWay = new HashSet<>();
    private final Map<Integer, Long> triedAtBlock = new HashMap<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private int failures;
    private String problem = "";

    /**
     * What the backend said to a timestep's setpoints.
     *
     * @param source where the setpoints came from
     * @param applied empty when it did not answer
     * @param failure why it did not, empty when it did
     */
    record Answer(int timestep, Source source, Optional<Set<Integer>> applied, String failure) {}

    /** @param withoutInterim groups in which nobody is told of interim power */
    SetpointHandover(
            SetpointBackend backend,
            NetworkParameters parameters,
            OracleMetrics metrics,
            Set<Integer> withoutInterim) {
        this.withoutInterim = Set.copyOf(withoutInterim);
        this.backend = backend;
        this.parameters = parameters;
        this.metrics = metrics;
    }

    /**
     * Starts to hand over a timestep's setpoints, unless that is under way or was tried at this block.
     *
     * @param setpoints asked for only when they are handed over
     */
    void start(int timestep, long block, Supplier<TimestepSetpoints> setpoints) {
        triedAtBlock.keySet().removeIf(t -> t < timestep - 1);
        if (underWay.contains(timestep) || triedAtBlock.getOrDefault(timestep, -1L) >= block) {
            return;
        }
        TimestepSetpoints handed = setpoints.get();
        underWay.add(timestep);
        triedAtBlock.put(timestep, block);
        unanswered.incrementAndGet();
        threads.execute(() -> {
            try {
                answers.add(handOver(handed));
            } finally {
                unanswered.decrementAndGet();
            }
        });
    }

    /** The next answer that has come, if any; one that the backend did not give lets the timestep be started again. */
    Optional<Answer> poll() {
        var answer = Optional.ofNullable(answers.poll());
        answer.ifPresent(a -> {
            underWay.remove(a.timestep());
            watch(a);
        });
        return answer;
    }

    /** What keeps charge points from being told, empty if nothing. */
    String problem() {
        return problem;
    }

    /** A backend that stays down is asked again with every block, and said to be down once. */
    private void watch(Answer answer) {
        if (answer.failure().isEmpty()) {
            if (failures > 0) {
                LOG.info(
                        "the backend takes setpoints again, after {} that it did not take",
                        Count.of(failures, "attempt"));
            }
            failures = 0;
            problem = "";
            return;
        }
        failures++;
        problem = "the backend did not take the setpoints of timestep " + answer.timestep() + ": " + answer.failure()
                + " (" + Count.of(failures, "attempt")
                + "). Look whether it runs: it is handed them again with each block, and charge points that hear nothing take nothing";
        if (failures == 1) {
            LOG.warn(
                    "the backend did not take the setpoints of timestep {}: {}. It is handed them again with each block;"
                            + " charge points that hear nothing take nothing.",
                    answer.timestep(),
                    answer.failure());
        }
    }

    /** Whether the backend has to be told again after a restart. */
    boolean forgets() {
        return backend.forgets();
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    boolean isBusy() {
        return unanswered.get() > 0 || hasAnswers();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /**
     * What a final plan gives an operator's charge points.
     *
     * @param own the plan that was posted; null where it is not known, or is another one. Then a charge point that would run for a
     *     part of the timestep does not run: its average all along is not what its group has room for
     */
    TimestepSetpoints ofPlan(PlanPosted post, @Nullable TimestepPlan own, LedgerState state, int operator) {
        var periods = own == null ? Map.<Integer, List<Period>>of() : periods(own);
        var setpoints = new ArrayList<Setpoint>();
        for (var chargePoint : ofOperator(state, operator)) {
            int powerW = Setpoints.read(post.setpoints(), chargePoint.id()) * parameters.stepsPerHour();
            boolean whenUnknown = own == null && powerW < chargePoint.minPowerW();
            int interimW = interimW(chargePoint, post.timestep());
            setpoints.add(
                    interimW > powerW
                            ? setpoint(chargePoint, interimW, List.of())
                            : setpoint(
                                    chargePoint,
                                    whenUnknown ? 0 : powerW,
                                    periods.getOrDefault(chargePoint.id(), List.of())));
        }
        return of(post.timestep(), Source.PLAN, setpoints);
    }

    /** Interim power of an operator's charge points in a timestep, W by charge point; those without are not in it. */
    Map<Integer, Integer> interim(int timestep, LedgerState state, int operator) {
        var interim = new HashMap<Integer, Integer>();
        for (var chargePoint : ofOperator(state, operator)) {
            int powerW = interimW(chargePoint, timestep);
            if (powerW > 0) {
                interim.put(chargePoint.id(), powerW);
            }
        }
        return interim;
    }

    private int interimW(ChargePoint chargePoint, int timestep) {
        return withoutInterim.contains(chargePoint.group().id()) ? 0 : chargePoint.interimW(timestep);
    }

    /**
     * What an operator's charge points may take in a timestep without a final plan.
     *
     * @param stateAtStart folded up to the last block before the timestep, and no further
     */
    TimestepSetpoints ofFallback(int timestep, LedgerState stateAtStart, int operator) {
        int[] powerW = Fallback.of(stateAtStart);
        return of(
                timestep,
                Source.FALLBACK,
                ofOperator(stateAtStart, operator).stream()
                        .map(c -> setpoint(c, powerW[c.id()], List.of()))
                        .toList());
    }

    private TimestepSetpoints of(int timestep, Source source, List<Setpoint> setpoints) {
        long endSeconds = parameters.startOf(timestep + 1);
        return new TimestepSetpoints(
                timestep, source, parameters.startOf(timestep), endSeconds, endSeconds, List.copyOf(setpoints));
    }

    private static Setpoint setpoint(ChargePoint chargePoint, int powerW, List<Period> periods) {
        return new Setpoint(chargePoint.id(), chargePoint.evseId(), powerW, periods, AFTER_VALIDITY_POWER_W);
    }

    private static List<ChargePoint> ofOperator(LedgerState state, int operator) {
        return state.chargePoints().stream()
                .filter(c -> c.operator() == operator && !c.removed())
                .toList();
    }

    private Answer handOver(TimestepSetpoints handed) {
        int timestep = handed.timestep();
        try {
            var applied = new HashSet<>(backend.apply(handed));
            int answered = applied.size();
            applied.retainAll(
                    handed.setpoints().stream().map(Setpoint::chargePoint).collect(Collectors.toSet()));
            if (applied.size() < answered) {
                LOG.warn(
                        "the backend says that {} charge points applied timestep {} which were not handed over: ignored",
                        answered - applied.size(),
                        timestep);
            }
            metrics.handovers.increment();
            if (handed.source() == Source.FALLBACK) {
                metrics.fallbackHandovers.increment();
            }
            return new Answer(timestep, handed.source(), Optional.of(applied), "");
        } catch (Exception e) {
            metrics.handoverFailures.increment();
            LOG.debug("the backend did not take the setpoints of timestep {}", timestep, e);
            return new Answer(timestep, handed.source(), Optional.empty(), Printable.of(reason(e)));
        }
    }

    /** What others wrapped an error in tells nobody anything. */
    private static String reason(Exception e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof IOException && cause.getMessage() != null ? cause.getMessage() : cause.toString();
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
