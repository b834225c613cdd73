package org.chargeproof.cli.demo;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.output.Count;

/** What went wrong in a demonstration although every plan may be final and right. */
final class DemoChecks {
    private DemoChecks() {}

    /**
     * Looks for it.
     *
     * @param first timestep that is step 0
     * @param turnedAway requests that the contracts refused
     * @return in words; empty when nothing did
     */
    static List<String> problems(
            Demonstration.Options options, int steps, int first, OracleFleet fleet, DemoLedger ledger, int turnedAway) {
        var problems = new ArrayList<String>();
        int honest = options.oracles() - options.mischief().byzantine();
        for (int step = 0; step < steps; step++) {
            int running = honest - (step < steps / 2 ? 0 : options.mischief().silent());
            int votes = ledger.votes(first + 1 + step);
            if (ledger.finalOf(first + 1 + step) != null && votes < running) {
                problems.add("timestep %d: only %d of %s for its plan"
                        .formatted(
                                first + 1 + step,
                                votes,
                                Count.of(running, "honest oracle stands", "honest oracles stand")));
            }
        }
        if (!options.mischief().abuse() && turnedAway > 0) {
            problems.add(Count.of(turnedAway, "request was", "requests were") + " refused by the contracts");
        }
        add(problems, fleet, "chargeproof_handover_failures_total", "handover of setpoints", "handovers of setpoints");
        add(problems, fleet, "chargeproof_plan_failures_total", "computation of a plan", "computations of a plan");
        if (options.mischief().byzantine() == 0) {
            long differ = fleet.sum("chargeproof_disagreements_total");
            if (differ > 0) {
                problems.add(Count.of(differ, "final plan differs", "final plans differ") + " from an oracle's own");
            }
            add(
                    problems,
                    fleet,
                    "chargeproof_transactions_failed_total",
                    "transaction of an oracle",
                    "transactions of oracles");
        }
        return problems;
    }

    /** That transactions of oracles were late, in words; empty when none was. */
    static String late(long count) {
        return count == 0
                ? ""
                : Count.of(count, "transaction of an oracle was", "transactions of oracles were")
                        + " mined too late to count";
    }

    private static void add(List<String> problems, OracleFleet fleet, String counter, String one, String several) {
        long count = fleet.sum(counter);
        if (count > 0) {
            problems.add(Count.of(count, one, several) + " failed");
        }
    }
}
