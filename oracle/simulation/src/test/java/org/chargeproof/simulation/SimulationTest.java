package org.chargeproof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.chargeproof.simulation.Behavior.Cars;
import org.chargeproof.simulation.GeneratedSites.Kind;
import org.chargeproof.simulation.Simulation.Case;
import org.chargeproof.simulation.rule.RuleChoice;
import org.chargeproof.simulation.scenario.TypicalYear;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What must hold of every rule on whatever days there are. */
class SimulationTest {
    private static final List<String> KEEPING_PROMISES = List.of(
            "exact",
            "exact:flat",
            "exact:earliest",
            "exact:peak=130",
            "exact:green=60",
            "fcfs",
            "equal",
            "edf",
            "llf",
            "proportional");

    private static List<Site> sites(Kind kind) {
        return GeneratedSites.generate(kind, 3, 6, 6, 5);
    }

    private static Simulation simulation(List<Site> sites, double pv, @Nullable TypicalYear load, Habits habits) {
        return new Simulation(sites, pv, TypicalYear.clearSky(), load, habits, true);
    }

    private static List<Tally> run(Simulation simulation, List<String> rules, int... limits) {
        var cases = new ArrayList<Case>();
        for (int limit : limits) {
            rules.forEach(rule -> cases.add(new Case(limit, RuleChoice.parse(rule))));
        }
        return List.copyOf(simulation.run(cases, 2, n -> {}).values());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsAcceptedIsServedWithinTheLimit(Kind kind) {
        for (double pv : new double[] {0, 0.5}) {
            var simulation = simulation(sites(kind), pv, null, new Habits(false, false));
            for (Tally tally : run(simulation, KEEPING_PROMISES, 17, 34, 100)) {
                assertThat(tally.accepted).isPositive();
                assertThat(tally.missedWh()).isZero();
                assertThat(tally.stepsAboveLimit).isZero();
                assertThat(tally.deliveredWh).isEqualTo(tally.servedOfPromisedWh);
            }
        }
    }

    /** Other equipment takes what it takes; half of the time the PV that was expected is not there. */
    @Test
    void otherEquipmentAndMinimumCurrentsTakeNothingFromPromises() {
        var load = TypicalYear.clearSky();
        var simulation = simulation(sites(Kind.HOME), 0.5, load, new Habits(true, true));
        for (Tally tally : run(simulation, List.of("exact", "exact:flat", "exact:green=60"), 20, 60)) {
            assertThat(tally.accepted).isPositive();
            assertThat(tally.missedWh()).isZero();
            assertThat(tally.stepsAboveLimit).isZero();
        }
    }

    @Test
    void withoutSmartChargingLimitsAreExceeded() {
        var tally = run(
                        simulation(sites(Kind.WORKPLACE), 0, null, new Habits(false, false)),
                        List.of("uncontrolled"),
                        25)
                .getFirst();
        assertThat(tally.accepted).isEqualTo(tally.requests);
        assertThat(tally.stepsAboveLimit).isPositive();
        assertThat(tally.peakOfLimit).isGreaterThan(1);
    }

    /** The planner's admission is exact: no rule of thumb can promise more to the same drivers, if nobody was refused before. */
    @Test
    void theExactRuleAcceptsWhenAnyRuleOfThumbCould() {
        for (Kind kind : Kind.values()) {
            var tallies = run(
                    simulation(sites(kind), 0, null, new Habits(false, false)),
                    List.of("exact:earliest", "fcfs", "equal", "edf", "llf", "proportional"),
                    60);
            for (Tally thumb : tallies) {
                if (thumb.accepted == thumb.requests) {
                    assertThat(tallies.getFirst().accepted).isEqualTo(tallies.getFirst().requests);
                }
            }
        }
    }

    @Test
    void whoTakesLessGetsMore() {
        var sites = sites(Kind.WORKPLACE);
        var all = run(simulation(sites, 0, null, new Habits(false, false)), List.of("exact"), 12)
                .getFirst();
        var less = run(simulation(sites, 0, null, new Habits(true, false)), List.of("exact"), 12)
                .getFirst();
        assertThat(less.deliveredWh).isGreaterThan(all.deliveredWh);
        assertThat(less.acceptedInPart).isPositive();
        assertThat(less.missedWh()).isZero();
    }

    /** Limits are learned from meters: others keep what they were promised, and the slow ones most of it. */
    @Test
    void slowCarsAreLearned() {
        for (Cars cars : List.of(Cars.SLOW, Cars.TAPERING)) {
            var behavior = new Behavior(cars, 0, 0, 1, 3);
            var sites = sites(Kind.HOME).stream().map(behavior::of).toList();
            var tally = run(simulation(sites, 0, null, new Habits(false, false)), List.of("exact"), 20)
                    .getFirst();
            assertThat((double) tally.servedOfPromisedWh / tally.promisedWh).isGreaterThan(0.97);
            assertThat(tally.stepsAboveLimit).isZero();
        }
    }

    @Test
    void whoLeavesEarlyLeavesEnergyBehindButBreaksNoPromise() {
        var behavior = new Behavior(Cars.RATED, 50, 50, 1, 3);
        var sites = sites(Kind.HOME).stream().map(behavior::of).toList();
        var tallies = run(
                simulation(sites, 0, null, new Habits(false, false)),
                List.of("exact:flat", "exact", "exact:earliest"),
                30);
        for (Tally tally : tallies) {
            assertThat(tally.missedWh()).isZero();
        }
        assertThat(tallies.getFirst().leftBehindWh).isPositive();
        assertThat(tallies.get(0).deliveredWh).isLessThan(tallies.get(1).deliveredWh);
        assertThat(tallies.get(1).deliveredWh).isLessThan(tallies.get(2).deliveredWh);
        assertThat(tallies.get(0).sumOfSquares).isLessThan(tallies.get(1).sumOfSquares);
    }

    /** One policy for all sites: nearly earliest first's energy where people leave early, and twice the least peak where they stay. */
    @Test
    void theDefaultLearnsHowMuchSoonerPeopleLeave() {
        var stated = GeneratedSites.generate(Kind.WORKPLACE, 2, 8, 28, 5);
        var rules = List.of("exact", "exact:peak=200", "exact:earliest");
        for (var behavior : List.of(new Behavior(Cars.RATED, 50, 50, 1, 3), new Behavior(Cars.RATED, 60, 70, 1, 3))) {
            var sites = stated.stream().map(behavior::of).toList();
            var tallies = run(simulation(sites, 0, null, new Habits(false, false)), rules, 25);
            var learned = tallies.get(0);
            var earliest = tallies.get(2);
            assertThat((double) learned.deliveredWh / earliest.deliveredWh).isGreaterThan(0.97);
            assertThat(learned.deliveredWh).isGreaterThan(tallies.get(1).deliveredWh);
            assertThat(learned.sumOfSquares / earliest.sumOfSquares).isLessThan(0.9);
            assertThat(learned.missedWh()).isZero();
        }
        var tallies = run(simulation(stated, 0, null, new Habits(false, false)), rules, 25);
        assertThat(figures(tallies.get(0))).isEqualTo(figures(tallies.get(1)));
    }

    /** Below its least power a car runs for a part of each step, and starts anew in the next: the default avoids it. */
    @Test
    void carsSeldomStart() {
        var sites = GeneratedSites.generate(Kind.HOME, 2, 8, 14, 5);
        var tallies = run(simulation(sites, 0, null, new Habits(false, true)), List.of("exact", "exact:peak=200"), 25);
        var learned = tallies.get(0);
        var fixed = tallies.get(1);
        assertThat(learned.starts).isLessThan(fixed.starts * 2 / 3);
        assertThat(learned.mostStarts).isLessThan(fixed.mostStarts / 2);
        assertThat(learned.accepted).isEqualTo(fixed.accepted);
        assertThat(learned.missedWh()).isZero();
        assertThat(learned.stepsAboveLimit).isZero();
    }

    @Test
    void theResultDoesNotDependOnThreads() {
        var simulation = simulation(sites(Kind.PUBLIC), 0.5, null, new Habits(true, true));
        var cases = List.of(new Case(20, RuleChoice.parse("exact")), new Case(20, RuleChoice.parse("proportional")));
        var one = simulation.run(cases, 1, n -> {});
        var four = simulation.run(cases, 4, n -> {});
        for (Case c : cases) {
            assertThat(figures(four.get(c))).isEqualTo(figures(one.get(c)));
        }
    }

    /** Everything but the time that it took. */
    private static SimulationReport.Run figures(Tally tally) {
        var copy = new Tally();
        copy.add(tally);
        copy.planNanos = 0;
        return SimulationReport.Run.of(1, "", copy, null);
    }
}
