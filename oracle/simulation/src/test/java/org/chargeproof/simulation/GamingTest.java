package org.chargeproof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GamingTest {
    private static final int POINTS = 8;
    private static final int RATED_W = 7_360;
    private static final int LIMIT_PERCENT = 40;
    private static final String RULE = "exact:flat";

    private static Site day(long seed) {
        return GeneratedSites.generate(GeneratedSites.Kind.WORKPLACE, 1, POINTS, 1, seed)
                .getFirst();
    }

    private static Site of(Visit... visits) {
        return day(1).with(List.of(visits));
    }

    private static Visit visit(int point, int fromStep, int toStep, int wh) {
        long in = (long) fromStep * Site.STEP_SECONDS;
        long out = (long) toStep * Site.STEP_SECONDS;
        return new Visit(point, in, out, out, wh, wh, RATED_W, false);
    }

    /** The day's sums, computed here from the definition in docs/reference/bills.md. */
    @Test
    void whoWaitsIsPaidWhatItSaved() {
        // one takes all at once, the other has time for it later
        int step = RATED_W / Site.STEPS_PER_HOUR;
        Site site = of(visit(0, 40, 42, 2 * step), visit(1, 40, 60, 2 * step));
        var billed = new BilledDay(site, 100, RULE, false);
        assertThat(billed.tokens(Set.of(new BilledDay.Key(0, 40L * Site.STEP_SECONDS))))
                .isZero();
        double waited = billed.tokens(Set.of(new BilledDay.Key(1, 40L * Site.STEP_SECONDS)));
        assertThat(waited).isPositive();
        long asItWas = 0;
        for (int wh : billed.loadWh()) {
            asItWas += (long) wh * wh;
        }
        long atOnce = 8L * step * step;
        assertThat(waited).isEqualTo((double) (atOnce - asItWas));
        assertThat(billed.saved(site)).isEqualTo((double) (atOnce - asItWas));
    }

    @Test
    void alonePartsAreWorthNoMoreThanTheWhole() {
        var random = new SplittableRandom(3);
        int step = RATED_W / Site.STEPS_PER_HOUR;
        // the same readings, as one session and as two at the same plug: what was said differs, what was metered does
        // not
        for (int i = 0; i < 20; i++) {
            int first = step * (1 + random.nextInt(3));
            var whole = new BilledDay(of(visit(0, 40, 60, 2 * first)), 100, "exact:earliest", false);
            var parts =
                    new BilledDay(of(visit(0, 40, 50, first), visit(0, 50, 60, first)), 100, "exact:earliest", false);
            double tokens = parts.tokensOfAll();
            double late = parts.saved(of(visit(0, 40, 50, first), visit(0, 50, 60, first)));
            assertThat(whole.tokensOfAll()).isZero();
            assertThat(tokens).isLessThanOrEqualTo(Math.max(0, late));
        }
    }

    @ParameterizedTest
    @EnumSource
    void deviationsKeepTheNeed(Deviation deviation) {
        var random = new SplittableRandom(9);
        int drawn = 0;
        for (int seed = 1; seed < 120; seed++) {
            Site site = day(seed);
            if (site.visits().size() < 6) {
                continue;
            }
            var day = new BilledDay(site, LIMIT_PERCENT, RULE, false);
            var deviated = deviation.draw(day, POINTS, RATED_W, random);
            if (deviated == null) {
                continue;
            }
            drawn++;
            // all others are as they were, and nobody is at a plug that another one has
            var others = new HashSet<>(day.visits());
            deviated.visits().forEach(others::remove);
            assertThat(others.stream().map(BilledDay.Key::of)).isSubsetOf(deviated.honest());
            noTwoAtOnePlug(deviated.visits());
            long need = takes(day.visits(), deviated.honest());
            long now = takes(deviated.visits(), deviated.own());
            if (deviation == Deviation.DECOY) {
                assertThat(now).isBetween(need + 300, need + 2_000);
            } else {
                assertThat(now).isEqualTo(need);
            }
        }
        assertThat(drawn).isGreaterThan(5);
    }

    private static void noTwoAtOnePlug(List<Visit> visits) {
        var sorted = new ArrayList<>(visits);
        sorted.sort(Comparator.comparingInt(Visit::point).thenComparingLong(Visit::plugInSeconds));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).point() == sorted.get(i - 1).point()) {
                assertThat(sorted.get(i).plugInSeconds())
                        .isGreaterThanOrEqualTo(sorted.get(i - 1).plugOutSeconds());
            }
        }
    }

    private static long takes(List<Visit> visits, Set<BilledDay.Key> whose) {
        return visits.stream()
                .filter(v -> whose.contains(BilledDay.Key.of(v)))
                .mapToLong(Visit::takesWh)
                .sum();
    }

    /** The bound that docs/reference/bills.md promises, by a computation of its own. */
    @ParameterizedTest
    @EnumSource
    void tokensAreNeverAboveWhatThosePaidSaved(GeneratedSites.Kind kind) {
        var random = new SplittableRandom(4);
        for (int seed = 1; seed <= (Boolean.getBoolean("chargeproof.long") ? 15 : 5); seed++) {
            Site site = GeneratedSites.generate(kind, 1, POINTS, 1, seed).getFirst();
            if (site.visits().isEmpty()) {
                continue;
            }
            var day = new BilledDay(site, LIMIT_PERCENT, RULE, false);
            assertThat(day.tokensOfAll()).isLessThanOrEqualTo(Math.max(0, day.savedByPaid(site)));
            var bound = new BilledDay(site, LIMIT_PERCENT, RULE, true);
            assertThat(bound.tokensOfAll()).isLessThanOrEqualTo(Math.max(0, bound.saved(site)));
            for (var deviation : Deviation.values()) {
                var deviated = deviation.draw(day, POINTS, kind.ratedW, random);
                if (deviated != null) {
                    Site other = site.with(deviated.visits());
                    var after = new BilledDay(other, LIMIT_PERCENT, RULE, false);
                    assertThat(after.tokensOfAll())
                            .as(deviation.words())
                            .isLessThanOrEqualTo(Math.max(0, after.savedByPaid(other)));
                }
            }
        }
    }

    @Test
    void theSameSeedFindsTheSame() {
        var once = search();
        var again = search();
        assertThat(once).isEqualTo(again).hasSize(Deviation.values().length);
    }

    private static List<Double> search() {
        return new Gaming(GeneratedSites.Kind.WORKPLACE, POINTS, 10, LIMIT_PERCENT, RULE, false, 5)
                .search(5).values().stream()
                        .map(r -> Gaming.Result.mean(r.gains()))
                        .toList();
    }
}
