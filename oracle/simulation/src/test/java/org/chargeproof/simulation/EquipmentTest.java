package org.chargeproof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.chargeproof.simulation.GeneratedSites.Kind;
import org.chargeproof.simulation.rule.RuleChoice;
import org.chargeproof.simulation.scenario.TypicalYear;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.phases.Phase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Batteries and phases over whole days, followed by recursions of the test's own. */
class EquipmentTest {
    private static final List<Phase> SINGLE = List.of(Phase.L1, Phase.L2, Phase.L3);
    private static final Habits HABITS = new Habits(false, false);

    /** What a battery does, step by step, and the phases from what cars took. */
    private static final class Follower implements GroupSimulation.Readings {
        final @Nullable BatterySite battery;
        final Phase[] phases;
        final int phaseLimitWh;
        final long[] thirds = new long[3];
        long storedWh;
        long takenWh;
        long givenWh;
        long lostWh;
        long peakWh;
        int stepsAbove;

        Follower(@Nullable BatterySite battery, Phase[] phases, int phaseLimitWh) {
            this.battery = battery;
            this.phases = phases;
            this.phaseLimitWh = phaseLimitWh;
            this.storedWh = battery == null ? 0 : battery.storedWh();
        }

        @Override
        public void took(int step, Visit visit, int takenWh) {
            Phase phase = phases[visit.point()];
            for (int of = 0; of < 3; of++) {
                thirds[of] += phase == Phase.ALL ? takenWh : phase == SINGLE.get(of) ? 3L * takenWh : 0;
            }
        }

        @Override
        public void passed(int step, int batteryWh, int storedAfterWh, long gridWh) {
            if (battery != null) {
                long gainedWh = batteryWh > 0 ? (long) batteryWh * battery.efficiencyPercent() / 100 : batteryWh;
                assertThat(batteryWh).isBetween(-battery.dischargeW() / 4, battery.chargeW() / 4);
                storedWh += gainedWh;
                assertThat(storedWh).isBetween(0L, (long) battery.capacityWh()).isEqualTo(storedAfterWh);
                takenWh += Math.max(0, batteryWh);
                givenWh += Math.max(0, -batteryWh);
                lostWh += batteryWh > 0 ? batteryWh - gainedWh : 0;
            }
            boolean above = false;
            for (int of = 0; of < 3; of++) {
                above |= phaseLimitWh >= 0 && thirds[of] > 3L * phaseLimitWh;
                thirds[of] = 0;
            }
            stepsAbove += above ? 1 : 0;
            peakWh = Math.max(peakWh, gridWh);
        }
    }

    private record Ran(Tally tally, Follower follower) {}

    private static Ran run(Site site, Surroundings around, String rule, EquippedGroup group, Equipment.Mode mode) {
        var choice = RuleChoice.parse(rule);
        var follower = new Follower(
                mode == Equipment.Mode.WATCHED ? null : group.battery(), group.phases(), group.phaseLimitWh());
        var tally = new GroupSimulation(
                        site,
                        around,
                        choice.policy(),
                        choice.makes().get(),
                        HABITS,
                        null,
                        follower,
                        new Equipment(group, mode, site))
                .run();
        return new Ran(tally, follower);
    }

    private static Surroundings around(Site site, int percent, double pv, @Nullable TypicalYear load) {
        int limitW = (int) (site.ratedSumW() * percent / 100);
        return new TypicalSurroundings(site, limitW, pv * limitW / 1000, TypicalYear.clearSky(), load);
    }

    private static BatterySite battery(int percent, int leastAtEndWh) {
        return new BatterySite(BatterySite.NOT_REGISTERED, 20_000, 8_000, 6_000, percent, leastAtEndWh, 5_000);
    }

    @Test
    void aBatteryStaysWithinItsLimitsAndBreaksNoPromise() {
        long takenWh = 0;
        long givenWh = 0;
        long lostWh = 0;
        for (Kind kind : List.of(Kind.WORKPLACE, Kind.PUBLIC)) {
            for (var site : GeneratedSites.generate(kind, 1, Boolean.getBoolean("chargeproof.long") ? 5 : 2, 3, 11)) {
                for (String rule : List.of("exact", "exact:flat")) {
                    for (int percent : new int[] {100, 88}) {
                        if (percent < 100 && (kind == Kind.PUBLIC || rule.equals("exact"))) {
                            continue;
                        }
                        var group = EquippedGroup.alike(site, battery(percent, 10_000), EquippedGroup.NO_PHASES);
                        var ran = run(
                                site,
                                around(site, 25, 0.5, TypicalYear.clearSky()),
                                rule,
                                group,
                                Equipment.Mode.PUBLISHED);
                        assertThat(ran.tally().missedWh()).isZero();
                        assertThat(ran.tally().stepsAboveLimit).isZero();
                        assertThat(ran.tally().accepted).isPositive();
                        // not a Wh is lost that is not accounted for
                        var f = ran.follower();
                        assertThat(ran.tally().batteryTakenWh).isEqualTo(f.takenWh);
                        assertThat(ran.tally().batteryGivenWh).isEqualTo(f.givenWh);
                        takenWh += f.takenWh;
                        givenWh += f.givenWh;
                        lostWh += f.lostWh;
                        assertThat(ran.tally().batteryLostWh).isEqualTo(f.lostWh);
                        assertThat(5_000 + f.takenWh - f.lostWh - f.givenWh)
                                .isEqualTo(f.storedWh)
                                .isEqualTo(ran.tally().batteryStoredWh);
                    }
                }
            }
        }
        assertThat(takenWh).isPositive();
        assertThat(givenWh).isPositive();
        assertThat(lostWh).isPositive();
    }

    /** All come at once and nothing else is there: nothing is known later than it is planned with. */
    @Test
    void withExactForecastsALosslessBatteryNeverRaisesTheFlatPeak() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 25; round++) {
            int points = 3 + random.nextInt(4);
            int[] ratedW = new int[points];
            var visits = new ArrayList<Visit>();
            for (int p = 0; p < points; p++) {
                ratedW[p] = random.nextBoolean() ? 7_360 : 11_040;
                int steps = 4 + random.nextInt(80);
                int wh = 1_000 + random.nextInt(Math.max(1, ratedW[p] / 4 * steps / 2));
                long out = 900L * steps;
                visits.add(new Visit(p, 0, out, out, wh, wh, ratedW[p], false));
            }
            var site = new Site("all at once", LocalDateTime.of(2026, 1, 5, 0, 0), ratedW, visits);
            var around = around(site, 60, 0, null);
            var group = EquippedGroup.alike(site, battery(100, 0), EquippedGroup.NO_PHASES);
            var without = run(site, around, "exact:flat", group, Equipment.Mode.WATCHED);
            var with = run(site, around, "exact:flat", group, Equipment.Mode.PUBLISHED);
            assertThat(with.follower().peakWh).as("round " + round).isLessThanOrEqualTo(without.follower().peakWh);
            assertThat(with.tally().accepted).isEqualTo(without.tally().accepted);
            assertThat(with.tally().deliveredWh).isEqualTo(without.tally().deliveredWh);
            assertThat(with.tally().missedWh()).isZero();
        }
    }

    @Test
    void phasesAreNeverExceededWhereTheyArePlanned() {
        int exceededWithout = 0;
        for (Kind kind : List.of(Kind.WORKPLACE, Kind.PUBLIC)) {
            for (var site : GeneratedSites.generate(kind, 2, 6, 3, 3)) {
                var around = around(site, 70, 0, null);
                var phases = new Phase[] {Phase.L1, Phase.L1, Phase.L2, Phase.ALL, Phase.ALL, Phase.L3};
                int limitWh = (int) (site.ratedSumW() / 4 / 5);
                var group = new EquippedGroup(null, limitWh, phases);
                var without = run(site, around, "exact:earliest", group, Equipment.Mode.WATCHED);
                exceededWithout += without.follower().stepsAbove;
                assertThat(without.tally().stepsPhaseAbove).isEqualTo(without.follower().stepsAbove);
                for (var mode : List.of(Equipment.Mode.PUBLISHED, Equipment.Mode.PLANNED)) {
                    var with = run(site, around, "exact:earliest", group, mode);
                    assertThat(with.follower().stepsAbove).as(kind + " " + mode).isZero();
                    assertThat(with.tally().stepsPhaseAbove).isZero();
                    assertThat(with.tally().missedWh()).as(kind + " " + mode).isZero();
                    assertThat(with.tally().accepted).isPositive();
                }
            }
        }
        assertThat(exceededWithout).isPositive();
    }

    @Test
    void bothTogetherKeepBoth() {
        var site = GeneratedSites.generate(Kind.WORKPLACE, 1, 6, 2, 9).getFirst();
        var group = EquippedGroup.alike(site, battery(100, 0), 9_000);
        var ran =
                run(site, around(site, 60, 0.3, TypicalYear.clearSky()), "exact:flat", group, Equipment.Mode.PUBLISHED);
        assertThat(ran.follower().stepsAbove).isZero();
        assertThat(ran.tally().missedWh()).isZero();
        assertThat(ran.tally().stepsAboveLimit).isZero();
        assertThat(ran.follower().givenWh).isPositive();
    }
}
