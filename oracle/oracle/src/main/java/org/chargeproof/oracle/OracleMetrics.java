package org.chargeproof.oracle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.chargeproof.ocpi.profiles.ProfileOutcome;

/** What an oracle counts, in Prometheus' format. */
final class OracleMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final AtomicLong block = registry.gauge("chargeproof.block", new AtomicLong());
    final AtomicLong timestep = registry.gauge("chargeproof.timestep", new AtomicLong());
    final AtomicLong members = registry.gauge("chargeproof.members", new AtomicLong());
    final AtomicLong silentMembers = registry.gauge("chargeproof.members.silent", new AtomicLong());
    final AtomicLong disobedient = registry.gauge("chargeproof.charge.points.disobedient", new AtomicLong());
    final Timer planning = Timer.builder("chargeproof.planning")
            .description("time to rebuild the inputs of all groups and plan them")
            .register(registry);
    final Counter plans = counter("chargeproof.plans", "groups planned");
    final Counter planFailures = counter("chargeproof.plan.failures", "timesteps that could not be planned");
    final Counter posts = counter("chargeproof.posts", "plans posted");
    final Counter takeovers = counter("chargeproof.takeovers", "plans posted in place of the leader");
    final Counter attestations = counter("chargeproof.attestations", "plans of others attested");
    final Counter wrongPosts = counter("chargeproof.wrong.posts", "posts of others that differ from the own plan");
    final Counter disagreements = counter("chargeproof.disagreements", "final plans that differ from the own plan");
    final Counter fallbacks = counter("chargeproof.fallbacks", "timesteps without a final plan");
    final Timer settling = Timer.builder("chargeproof.settling")
            .description("time to compute all bills of a settlement")
            .register(registry);
    final Counter bills = counter("chargeproof.bills", "bills computed");
    final Counter settlements = counter("chargeproof.settlements", "settlements posted");
    final Counter settlementFailures =
            counter("chargeproof.settlement.failures", "settlements that could not be computed");
    final Counter wrongSettlements =
            counter("chargeproof.wrong.settlements", "settlements of others that differ from the own");
    final Counter handovers = counter("chargeproof.handovers", "timesteps whose setpoints the backend took");
    final Counter fallbackHandovers = counter("chargeproof.fallback.handovers", "of them without a final plan");
    final Counter handoverFailures =
            counter("chargeproof.handover.failures", "attempts that the backend did not answer");
    final Counter profilesSet = counter("chargeproof.profiles.set", "charging profiles sent by OCPI");
    final Counter profilesConfirmed =
            counter("chargeproof.profiles.confirmed", "of them, that their charge point says it follows");
    final Counter profilesRejected =
            counter("chargeproof.profiles.rejected", "of them, that operator or charge point refused");
    final Counter profilesLate = counter("chargeproof.profiles.late", "of them, without an answer in time");
    final Counter profilesUnsent = counter("chargeproof.profiles.unsent", "charging profiles that could not be sent");
    final Counter vouchers = counter("chargeproof.vouchers", "vouchers that operators took");
    final Counter lateTransactions = counter(
            "chargeproof.transactions.late", "transactions mined when their timestep was over or had its fallback");
    final Counter failedTransactions =
            counter("chargeproof.transactions.failed", "transactions refused on chain for other reasons");
    final Counter ledgerErrors = counter("chargeproof.ledger.errors", "looks at the node that failed");
    final Counter secondOpinions = counter("chargeproof.second.opinion.plans", "plans solved again by ojAlgo");
    final Counter secondOpinionDifferences =
            counter("chargeproof.second.opinion.differences", "of them with another optimum");

    final Counter rpcRequests = counter("chargeproof.rpc.requests", "requests to /rpc");
    final Counter rpcRefusals =
            counter("chargeproof.rpc.refusals", "of them not even read: too large, too slow, too many");
    final Counter viewErrors =
            counter("chargeproof.view.errors", "times that the view of /rpc was kept from following");

    OracleMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
    }

    /** Counts what became of a charging profile. */
    void profile(ProfileOutcome.Kind kind) {
        if (kind == ProfileOutcome.Kind.NOT_SENT) {
            profilesUnsent.increment();
            return;
        }
        profilesSet.increment();
        switch (kind) {
            case ACCEPTED -> profilesConfirmed.increment();
            case NO_RESULT, NO_ANSWER -> profilesLate.increment();
            default -> profilesRejected.increment();
        }
    }

    /** Everything, as Prometheus scrapes it. */
    String scrape() {
        return registry.scrape();
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
