package org.chargeproof.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.chargeproof.billing.Algorithm;
import org.chargeproof.billing.Bill;
import org.chargeproof.billing.BillingInput;
import org.chargeproof.billing.Stay;
import org.chargeproof.billing.Terms;
import org.chargeproof.simulation.rule.RuleChoice;

/** A day of one group: charged by the planner, and billed by the program of bills. */
final class BilledDay {
    private static final int KAPPA_E6 = 1_000_000;
    private static final int TOKENS_AT = 144;
    private static final int BASE = 1_000;

    /** A visit, by where and when it began. */
    record Key(int point, long plugInSeconds) {
        static Key of(Visit visit) {
            return new Key(visit.point(), visit.plugInSeconds());
        }
    }

    private final int firstStep;
    private final int[] loadWh;
    private final List<Visit> visits;
    private final Map<Key, int[]> meteredWh = new HashMap<>();
    private final Map<Key, Long> microTokens = new HashMap<>();
    private final Map<Key, Integer> missedWh = new HashMap<>();

    /**
     * Charges and bills a day.
     *
     * @param site with the cars of the day alone
     * @param ruleName by what is charged
     * @param boundByAll whether tokens are held to what all saved together, which the program of bills does not do
     */
    BilledDay(Site site, int limitPercent, String ruleName, boolean boundByAll) {
        visits = site.visits().stream()
                .filter(v -> v.inWholeSteps(site.ratedW()[v.point()]).statedWh() > 0)
                .toList();
        firstStep = visits.stream().mapToInt(Visit::firstStep).min().orElse(0);
        int end = visits.stream().mapToInt(BilledDay::end).max().orElse(0);
        loadWh = new int[Math.max(1, end - firstStep)];
        for (Visit v : visits) {
            meteredWh.put(Key.of(v), new int[Math.max(0, end(v) - v.firstStep())]);
        }
        var rule = RuleChoice.parse(ruleName);
        new GroupSimulation(
                        site,
                        TypicalSurroundings.none(site, (int) (site.ratedSumW() * limitPercent / 100)),
                        rule.policy(),
                        rule.makes().get(),
                        new Habits(true, false),
                        null,
                        this::took)
                .run();
        for (Visit v : visits) {
            missedWh.put(Key.of(v), Math.max(0, v.takesWh() - Stays.sum(metered(v))));
        }
        bill(site);
        if (boundByAll) {
            double share = Math.max(0, saved(site)) / Math.max(1, tokensOfAll());
            microTokens.replaceAll((key, tokens) -> share < 1 ? (long) (tokens * share) : tokens);
        }
    }

    private static int end(Visit visit) {
        return (int) Math.ceilDiv(visit.plugOutSeconds(), (long) Site.STEP_SECONDS);
    }

    private void took(int step, Visit visit, int takenWh) {
        int[] its = meteredWh.getOrDefault(Key.of(visit), new int[0]);
        int at = step - visit.firstStep();
        if (at >= 0 && at < its.length) {
            its[at] += takenWh;
            loadWh[step - firstStep] += takenWh;
        }
    }

    private int[] metered(Visit visit) {
        return meteredWh.getOrDefault(Key.of(visit), new int[0]);
    }

    private void bill(Site site) {
        var stays = new ArrayList<Stay>();
        var sorted = inOrder();
        for (int i = 0; i < sorted.size(); i++) {
            stays.add(stay(site, sorted, i));
        }
        byte[] bills =
                Algorithm.run(new BillingInput(new Terms(0, KAPPA_E6), 0, BASE + firstStep, loadWh, stays).encode());
        for (int i = 0; i < sorted.size(); i++) {
            microTokens.put(Key.of(sorted.get(i)), ByteBuffer.wrap(bills).getLong(i * Bill.BYTES + TOKENS_AT));
        }
    }

    private Stay stay(Site site, List<Visit> sorted, int i) {
        Visit v = sorted.get(i);
        // those before it at its plug, without a break
        var earlier = new ArrayList<int[]>();
        int occupiedFrom = v.firstStep();
        for (int j = i - 1; j >= 0; j--) {
            Visit before = sorted.get(j);
            if (before.point() == v.point() && end(before) == occupiedFrom) {
                earlier.addFirst(metered(before));
                occupiedFrom = before.firstStep();
            }
        }
        int[] metered = metered(v);
        return new Stay(
                i,
                new byte[20],
                0,
                0,
                v.point(),
                BASE + v.firstStep(),
                BASE + end(v),
                BASE + occupiedFrom,
                earlier,
                BASE + v.departureStep(),
                site.ratedW()[v.point()] / Site.STEPS_PER_HOUR,
                true,
                false,
                0,
                Stays.sum(metered),
                0,
                0,
                0,
                0,
                new byte[32],
                metered,
                new int[metered.length]);
    }

    List<Visit> visits() {
        return visits;
    }

    int firstStep() {
        return firstStep;
    }

    int[] loadWh() {
        return loadWh;
    }

    /** The timestep with the highest load. */
    int peakStep() {
        int peak = 0;
        for (int t = 1; t < loadWh.length; t++) {
            peak = loadWh[t] > loadWh[peak] ? t : peak;
        }
        return firstStep + peak;
    }

    /** Tokens of some of the visits together, in millionths. */
    double tokens(Collection<Key> own) {
        return own.stream().mapToLong(k -> microTokens.getOrDefault(k, 0L)).sum();
    }

    double tokensOfAll() {
        return tokens(microTokens.keySet());
    }

    int sessions() {
        return microTokens.size();
    }

    /** What some of them wanted and did not get. */
    int missedWh(Collection<Key> own) {
        return own.stream().mapToInt(k -> missedWh.getOrDefault(k, 0)).sum();
    }

    /** What some of them would be paid by a price for each Wh in each quarter of an hour of the day. */
    double paid(Collection<Key> own, double[] pricePerWh) {
        double paid = 0;
        Set<Key> keys = new HashSet<>(own);
        for (Visit v : visits) {
            if (keys.contains(Key.of(v))) {
                int[] metered = metered(v);
                for (int t = 0; t < metered.length; t++) {
                    paid += metered[t] * pricePerWh[(v.firstStep() + t) % Site.STEPS_PER_DAY];
                }
            }
        }
        return paid;
    }

    Set<Key> keys() {
        return microTokens.keySet();
    }

    /**
     * By how much the squares of the load would be greater, had some charged at full power from when their plug was taken on, and the others as they
     * did; computed by itself, in tokens' millionths.
     */
    double saved(Site site, Predicate<Key> whose) {
        var full = new long[loadWh.length];
        var roomWh = new int[site.ratedW().length][loadWh.length];
        for (int p = 0; p < roomWh.length; p++) {
            Arrays.fill(roomWh[p], site.ratedW()[p] / Site.STEPS_PER_HOUR);
        }
        var taken = new HashMap<Integer, Visit>();
        var since = new HashMap<Integer, Integer>();
        for (Visit v : inOrder()) {
            Visit before = taken.put(v.point(), v);
            if (before == null || end(before) != v.firstStep()) {
                since.put(v.point(), v.firstStep());
            }
            int[] metered = metered(v);
            int left = Stays.sum(metered);
            boolean moves = whose.test(Key.of(v));
            for (int t = 0; !moves && t < metered.length; t++) {
                full[v.firstStep() + t - firstStep] += metered[t];
            }
            // what came before at a plug is before the others, moved or not
            for (int t = since.getOrDefault(v.point(), 0) - firstStep; left > 0 && t < full.length; t++) {
                int wh = Math.min(left, roomWh[v.point()][t]);
                roomWh[v.point()][t] -= wh;
                full[t] += moves ? wh : 0;
                left -= wh;
            }
        }
        double saved = 0;
        for (int t = 0; t < full.length; t++) {
            saved += (double) full[t] * full[t] - (double) loadWh[t] * loadWh[t];
        }
        return saved * KAPPA_E6 / 1e6;
    }

    /** The same of all together. */
    double saved(Site site) {
        return saved(site, key -> true);
    }

    /** The same of those that are paid for it, which is what the program of bills is bound by. */
    double savedByPaid(Site site) {
        return saved(site, key -> microTokens.getOrDefault(key, 0L) > 0);
    }

    private List<Visit> inOrder() {
        return visits.stream()
                .filter(v -> end(v) > v.firstStep())
                .sorted(Comparator.comparingInt(Visit::firstStep).thenComparingInt(Visit::point))
                .toList();
    }

    /** Sums of readings. */
    private static final class Stays {
        private Stays() {}

        static int sum(int[] values) {
            int sum = 0;
            for (int value : values) {
                sum += value;
            }
            return sum;
        }
    }
}
