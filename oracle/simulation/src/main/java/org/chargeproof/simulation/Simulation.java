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
 * @param equipped battery and phases of each group, in the order of the sites; empty for none
 */
record Simulation(
        List<Site> sites,
        double pvKwpPerLimitKw,
        TypicalYear pv,
        @Nullable TypicalYear load,
        Habits habits,
        boolean checks,
        List<EquippedGroup> equipped) {

    /** Without batteries and phases. */
    Simulation(
            List<Site> sites,
            double pvKwpPerLimitKw,
            TypicalYear pv,
            @Nullable TypicalYear load,
            Habits habits,
            boolean checks) {
        this(sites, pvKwpPerLimitKw, pv, load, habits, checks, List.of());
    }

    /** One rule under one limit, and how it goes along with batteries and phases. */
    record Case(int limitPercent, RuleChoice rule, Equipment.Mode mode) {
        /** One that knows nothing of them. */
        Case(int limitPercent, RuleChoice rule) {
            this(limitPercent, rule, Equipment.Mode.WATCHED);
        }
    }

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
                for (int s = 0; s < sites.size(); s++) {
                    Site site = sites.get(s);
                    var group = equipped.isEmpty() ? null : equipped.get(s);
                    futures.add(workers.submit(() -> {
                        Tally tally = run(site, group, c);
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

    private Tally run(Site site, @Nullable EquippedGroup group, Case c) {
        int limitW = (int) (site.ratedSumW() * c.limitPercent() / 100);
        var around = new TypicalSurroundings(site, limitW, pvKwpPerLimitKw * limitW / 1000, pv, load);
        boolean isPlain = c.mode() == Equipment.Mode.WATCHED;
        var check = checks && c.rule().isExact() && isPlain ? new PlanCheck() : null;
        var equipment = group == null || !group.hasAny() ? null : new Equipment(group, c.mode(), site);
        return new GroupSimulation(
                        site,
                        around,
                        c.rule().policy(),
                        c.rule().makes().get(),
                        habits,
                        check,
                        (step, visit, takenWh) -> {},
                        equipment)
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
