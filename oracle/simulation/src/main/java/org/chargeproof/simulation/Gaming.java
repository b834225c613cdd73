package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Deviations drawn at random over many days, each held against the same day without it. */
final class Gaming {
    private static final int TRIES = 50;
    /** What is no loss to a driver. */
    static final int MOST_MISSED_WH = 100;

    private final List<Site> days = new ArrayList<>();
    private final List<BilledDay> honest = new ArrayList<>();
    private final int limitPercent;
    private final int points;
    private final int ratedW;
    private final String rule;
    private final boolean boundByAll;
    private final long seed;
    private final double[] postedPerWh;
    private final Budget budget = new Budget();
    private final Budget postedBudget = new Budget();

    /**
     * What was paid against what was saved.
     */
    static final class Budget {
        int days;
        int above;
        int daysAsIs;
        int aboveAsIs;
        int aboveSavedByPaid;
        double paid;
        double saved;

        /** By more than the last millionth of a token; nothing is never too much. */
        private static boolean isAbove(double paid, double saved) {
            return paid > Math.max(0, saved) + 1;
        }

        void add(boolean asIs, double paid, double saved, double savedByPaid) {
            days++;
            daysAsIs += asIs ? 1 : 0;
            aboveAsIs += asIs && isAbove(paid, saved) ? 1 : 0;
            aboveSavedByPaid += isAbove(paid, savedByPaid) ? 1 : 0;
            this.paid += asIs ? paid : 0;
            this.saved += asIs ? saved : 0;
            above += isAbove(paid, saved) ? 1 : 0;
        }
    }

    /**
     * What a kind of deviation came to.
     *
     * @param gains in percent, ascending: of what the deviating would have had, or as many mean sessions of the day, if that is more
     * @param postedGains the same by the posted price
     * @param servedGains those by tokens of whom got all the energy that they got without, but for {@link #MOST_MISSED_WH}
     * @param missedWh what they got less by it, on average
     */
    @SuppressWarnings("ArrayRecordComponent") // printed, never compared
    record Result(double[] gains, double[] servedGains, double[] postedGains, double missedWh) {
        static double mean(double[] gains) {
            return Arrays.stream(gains).average().orElse(0);
        }

        /** The value that so many percent are not above. */
        static double percentile(double[] gains, double percent) {
            return gains.length == 0
                    ? 0
                    : gains[(int) Math.min(gains.length - 1.0, Math.ceil(gains.length * percent / 100) - 1)];
        }
    }

    Gaming(
            GeneratedSites.Kind kind,
            int points,
            int days,
            int limitPercent,
            String rule,
            boolean boundByAll,
            long seed) {
        this.limitPercent = limitPercent;
        this.points = points;
        this.ratedW = kind.ratedW;
        this.rule = rule;
        this.boundByAll = boundByAll;
        this.seed = seed;
        Site whole = GeneratedSites.generate(kind, 1, points, days, seed).getFirst();
        var byDay = new TreeMap<Integer, List<Visit>>();
        whole.visits()
                .forEach(v -> byDay.computeIfAbsent(v.firstStep() / Site.STEPS_PER_DAY, d -> new ArrayList<>())
                        .add(v));
        byDay.values().forEach(visits -> {
            Site site = whole.with(visits);
            var billed = new BilledDay(site, limitPercent, rule, boundByAll);
            if (billed.sessions() > 0) {
                this.days.add(site);
                honest.add(billed);
            }
        });
        this.postedPerWh = posted();
        for (int d = 0; d < honest.size(); d++) {
            account(true, honest.get(d), this.days.get(d));
        }
    }

    int days() {
        return days.size();
    }

    int sessions() {
        return honest.stream().mapToInt(BilledDay::sessions).sum();
    }

    /** Tokens of a session, on average. */
    double meanTokens() {
        return honest.stream().mapToDouble(BilledDay::tokensOfAll).sum() / 1e6 / Math.max(1, sessions());
    }

    Budget budget() {
        return budget;
    }

    Budget postedBudget() {
        return postedBudget;
    }

    private void account(boolean asIs, BilledDay billed, Site site) {
        double saved = billed.saved(site);
        budget.add(asIs, billed.tokensOfAll(), saved, billed.savedByPaid(site));
        postedBudget.add(asIs, billed.paid(billed.keys(), postedPerWh), saved, saved);
    }

    /** For each quarter of an hour as much less than at the peak as the mean load of all days is lower; in all as much as the tokens. */
    private double[] posted() {
        var load = new double[Site.STEPS_PER_DAY];
        for (var day : honest) {
            for (int t = 0; t < day.loadWh().length; t++) {
                load[(day.firstStep() + t) % Site.STEPS_PER_DAY] += day.loadWh()[t];
            }
        }
        double most = Arrays.stream(load).max().orElse(0);
        var price = Arrays.stream(load).map(wh -> most - wh).toArray();
        double paid = honest.stream().mapToDouble(d -> d.paid(d.keys(), price)).sum();
        double tokens = honest.stream().mapToDouble(BilledDay::tokensOfAll).sum();
        return Arrays.stream(price).map(p -> paid == 0 ? 0 : p * tokens / paid).toArray();
    }

    Map<Deviation, Result> search(int deviations) {
        var results = new EnumMap<Deviation, Result>(Deviation.class);
        for (var deviation : Deviation.values()) {
            results.put(
                    deviation,
                    search(
                            deviation,
                            deviations,
                            new SplittableRandom(seed * 31 + deviation.name().hashCode())));
        }
        return results;
    }

    private Result search(Deviation deviation, int deviations, SplittableRandom random) {
        var gains = new ArrayList<Double>();
        var servedGains = new ArrayList<Double>();
        var postedGains = new ArrayList<Double>();
        double missedWh = 0;
        for (int i = 0; i < deviations * TRIES && gains.size() < deviations; i++) {
            int d = random.nextInt(days.size());
            var before = honest.get(d);
            var drawn = deviation.draw(before, points, ratedW, random);
            if (drawn == null) {
                continue;
            }
            Site site = days.get(d).with(drawn.visits());
            var after = new BilledDay(site, limitPercent, rule, boundByAll);
            account(false, after, site);
            int members = drawn.honest().size();
            gains.add(gain(
                    before.tokens(drawn.honest()),
                    after.tokens(drawn.own()),
                    members * before.tokensOfAll() / before.sessions()));
            postedGains.add(gain(
                    before.paid(drawn.honest(), postedPerWh),
                    after.paid(drawn.own(), postedPerWh),
                    members * before.paid(before.keys(), postedPerWh) / before.sessions()));
            int missed = after.missedWh(drawn.own()) - before.missedWh(drawn.honest());
            missedWh += missed;
            if (missed <= MOST_MISSED_WH) {
                servedGains.add(gains.getLast());
            }
        }
        return new Result(
                sorted(gains), sorted(servedGains), sorted(postedGains), missedWh / Math.max(1, gains.size()));
    }

    private static double gain(double before, double after, double mean) {
        double base = Math.max(before, mean);
        return base == 0 ? 0 : 100 * (after - before) / base;
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
