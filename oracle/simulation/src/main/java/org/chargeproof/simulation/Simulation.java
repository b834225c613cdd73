package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.chargeproof.simulation.rule.RuleChoice;
import org.chargeproof.simulation.scenario.TypicalYear;
import org.jspecify.annotations.Nullable;

/**
 * Rules side by side, under one limit after the other, on the same sessions. Groups are simulated in parallel; the result does not
 * depend on it.
 *
 * @param sites groups with their cars, behavior applied
 * @param pvKwpPerLimitKw peak power of each group's PV per kW of its limit, 0 for none
 * @param load of other equipment behind each group's cabinet; null for none
 * @param habits how the sites are run
 * @param checks whether each answer of the exact rule is held against a maximum flow
 */
record Simulation(
        List<Site> sites,
        double pvKwpPerLimitKw,
        TypicalYear pv,
        @Nullable TypicalYear load,
        Habits habits,
        boolean checks) {

    /** One rule under one limit. */
    record Case(int limitPercent, RuleChoice rule) {}

    /**
     * Runs all cases.
     *
     * @param progress is told how many sessions were simulated, again and again, from any thread
     */
    Map<Case, Tally> run(List<Case> cases, int threads, IntConsumer progress) {
        var results = new LinkedHashMap<Case, List<Future<Tally>>>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (Case c : cases) {
                var futures = new ArrayList<Future<Tally>>();
                for (Site site : sites) {
                    futures.add(workers.submit(() -> {
                        Tally tally = run(site, c);
                        progress.accept(site.visits().size());
                        return tally;
                    }));
                }
                results.put(c, futures);
            }
            var tallies = new LinkedHashMap<Case, Tally>();
            results.forEach((c, futures) -> {
                var sum = new Tally();
                futures.forEach(f -> sum.add(await(f)));
                tallies.put(c, sum);
            });
            return tallies;
        }
    }

    private Tally run(Site site, Case c) {
        int limitW = (int) (site.ratedSumW() * c.limitPercent() / 100);
        var around = new Surroundings(limitW, pvKwpPerLimitKw * limitW / 1000, pv, load);
        var check = checks && c.rule().isExact() ? new PlanCheck() : null;
        return new GroupSimulation(
                        site, around, c.rule().policy(), c.rule().makes().get(), habits, check)
                .run();
    }

    private static Tally await(Future<Tally> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}
