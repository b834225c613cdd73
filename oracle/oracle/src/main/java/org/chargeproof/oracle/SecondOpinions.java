package org.chargeproof.oracle;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.chargeproof.opinion.SecondOpinion;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets another solver solve a sample of real plans again, one after the other and beside everything else. */
final class SecondOpinions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecondOpinions.class);

    private final int every;
    private final OracleMetrics metrics;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("second-opinion").factory());
    private int plansSince;

    /**
     * Creates it.
     *
     * @param every how many plans lie between two that are solved again; 0 for none
     */
    SecondOpinions(int every, OracleMetrics metrics) {
        this.every = every;
        this.metrics = metrics;
    }

    /** Takes the sample from a timestep's plans. */
    void sample(TimestepPlan plan) {
        for (var group : plan.groups()) {
            if (every > 0 && ++plansSince >= every) {
                plansSince = 0;
                thread.execute(() -> ask(plan.commitment().timestep(), group));
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void ask(int timestep, TimestepPlan.GroupPlan group) {
        var difference = SecondOpinion.difference(group.decodedInput(), group.decodedPlan());
        metrics.secondOpinions.increment();
        difference.ifPresent(text -> {
            metrics.secondOpinionDifferences.increment();
            LOG.error("second opinion on group {} of timestep {} differs: {}", group.group(), timestep, text);
        });
    }
}
