package org.chargeproof.plugin.besu;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.follow.ViewMetrics;
import org.chargeproof.view.verify.Verdict;
import org.hyperledger.besu.plugin.services.MetricsSystem;
import org.hyperledger.besu.plugin.services.metrics.Counter;
import org.hyperledger.besu.plugin.services.metrics.Histogram;
import org.hyperledger.besu.plugin.services.metrics.LabelledMetric;
import org.hyperledger.besu.plugin.services.metrics.MetricCategory;
import org.jspecify.annotations.Nullable;

/** What the plugin counts, in the node's own metrics: docs/reference/plugin.md. */
final class BesuMetrics implements ViewMetrics {
    /** All metrics begin with this. */
    enum Category implements MetricCategory {
        CHARGE;

        @Override
        public String getName() {
            return name().toLowerCase(Locale.ROOT);
        }

        @Override
        public Optional<String> getApplicationPrefix() {
            return Optional.empty();
        }
    }

    private static final double[] LISTENER_SECONDS = {5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2, 1e-1};
    private static final double[] REPLAN_SECONDS = {1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 1e-1, 2e-1, 5e-1, 1, 2, 5};
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LabelledMetric<Counter> events;
    private final Counter missed;
    private final LabelledMetric<Counter> verdicts;
    private final Histogram replan;
    private final Histogram listener;
    private final Counter poolRejections;
    private final Counter errors;

    BesuMetrics(MetricsSystem metrics, Supplier<@Nullable ChainFollower> follower) {
        events = metrics.createLabelledCounter(
                Category.CHARGE, "events_total", "Timestep events since the node started", "kind");
        missed = metrics.createCounter(
                Category.CHARGE, "events_missed_total", "Of them, those that came too late for their timestep");
        verdicts = metrics.createLabelledCounter(
                Category.CHARGE,
                "verdicts_total",
                "Posted plans that were computed again since the node started",
                "verdict");
        replan = metrics.createHistogram(
                Category.CHARGE, "replan_seconds", "Time to compute a timestep's plan again", REPLAN_SECONDS);
        listener = metrics.createHistogram(
                Category.CHARGE,
                "block_listener_seconds",
                "Time that the plugin takes from the block import",
                LISTENER_SECONDS);
        poolRejections = metrics.createCounter(
                Category.CHARGE, "pool_rejections_total", "Transactions kept out of this node's pool");
        errors = metrics.createCounter(
                Category.CHARGE, "errors_total", "Times that following the chain failed and was tried again");
        metrics.createGauge(Category.CHARGE, "lag_blocks", "Blocks that the plugin is behind the node", () -> {
            var current = follower.get();
            return current == null ? 0 : current.lagBlocks();
        });
        metrics.createGauge(
                Category.CHARGE,
                "timestep",
                "Timestep that runs; 0 before the network is found",
                () -> read(follower, s -> (double) s.view().timestep()));
        metrics.createGauge(
                Category.CHARGE,
                "seconds_to_gate",
                "Block time until the gate closes; negative behind it",
                () -> read(
                        follower, s -> (double) (s.parameters().gateOf(s.view().timestep())
                                - s.processed().timestampSeconds())));
        for (var verdict : Verdict.Result.values()) {
            // from the start on, so that a rate can be told
            verdicts.labels(verdict.name()).inc(0);
        }
    }

    @Override
    public void event(TimestepEvent.Kind kind, boolean wasMissed) {
        events.labels(kind.name()).inc();
        if (wasMissed) {
            missed.inc();
        }
    }

    @Override
    public void verdict(Verdict.Result result) {
        verdicts.labels(result.name()).inc();
    }

    @Override
    public void replanned(long nanos) {
        replan.observe(nanos / NANOS);
    }

    @Override
    public void error() {
        errors.inc();
    }

    void blockListener(long nanos) {
        listener.observe(nanos / NANOS);
    }

    void poolRejection() {
        poolRejections.inc();
    }

    private static double read(Supplier<@Nullable ChainFollower> follower, Function<Snapshot, Double> reader) {
        var current = follower.get();
        return current == null ? 0 : current.tracker().map(t -> t.read(reader)).orElse(0.0);
    }
}
