package org.chargeproof.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntBiFunction;

/** What a curious member goes by when it guesses which of several sessions is of the same driver as a given one. */
enum LinkAttacker {
    /** The account, and who was vouched for beside it. */
    ACCOUNT("by account"),
    PLACE_AND_TIME("by place and time"),
    SHAPE("by the load's shape"),
    /** Place, time and shape together. */
    ALL("by all but the account");

    private final String words;

    LinkAttacker(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** What two sessions have in common, or by how much they differ. */
    private List<ToIntBiFunction<SeenSession, SeenSession>> features() {
        return switch (this) {
            case PLACE_AND_TIME ->
                List.of(
                        (a, b) -> a.site() == b.site() ? a.point() == b.point() ? 2 : 1 : 0,
                        (a, b) -> bin(timeApart(a.arrivalStep(), b.arrivalStep())),
                        (a, b) -> bin(timeApart(a.departureStep(), b.departureStep())),
                        (a, b) -> weekday(a) == weekday(b) ? 1 : 0);
            case SHAPE ->
                List.of(
                        (a, b) -> ratio(a.mostWh(), b.mostWh()),
                        (a, b) -> ratio(a.energyWh(), b.energyWh()),
                        (a, b) -> ratio(a.askedWh(), b.askedWh()),
                        (a, b) -> ratio(a.chargingSteps(), b.chargingSteps()),
                        (a, b) -> Math.abs(a.lastPercent() - b.lastPercent()) / 20);
            case ACCOUNT, ALL -> List.of();
        };
    }

    private static int weekday(SeenSession session) {
        return session.arrivalStep() / Site.STEPS_PER_DAY % 7;
    }

    /** Steps between two times of day, the shorter way round. */
    private static int timeApart(int a, int b) {
        int apart = Math.floorMod(a - b, Site.STEPS_PER_DAY);
        return Math.min(apart, Site.STEPS_PER_DAY - apart);
    }

    /** 0, 1, 2, 4, 8, ... steps. */
    private static int bin(int apart) {
        return apart == 0 ? 0 : 32 - Integer.numberOfLeadingZeros(apart);
    }

    /** By how many tenths of its logarithm two values differ, at most 2 e-fold. */
    private static int ratio(int a, int b) {
        return (int) Math.min(20, 10 * Math.abs(Math.log((a + 1.0) / (b + 1.0))));
    }

    /** Two sessions, of which the member knows whether they are of one driver: its own drivers'. */
    record Pair(SeenSession a, SeenSession b) {}

    /**
     * How much more likely two sessions are to be of one driver than of two, by the logarithm: features by themselves, each with the shares that
     * it has among known pairs (naive Bayes).
     */
    static final class Score {
        private final Map<LinkAttacker, List<Map<Integer, Double>>> tables = new TreeMap<>();

        Score(List<Pair> same, List<Pair> different) {
            for (var attacker : List.of(PLACE_AND_TIME, SHAPE)) {
                tables.put(
                        attacker,
                        attacker.features().stream()
                                .map(f -> table(f, same, different))
                                .toList());
            }
        }

        private static Map<Integer, Double> table(
                ToIntBiFunction<SeenSession, SeenSession> feature, List<Pair> same, List<Pair> different) {
            var counts = new TreeMap<Integer, double[]>();
            // a value that was never seen counts as one that was seen once
            same.forEach(p -> counts.computeIfAbsent(feature.applyAsInt(p.a(), p.b()), v -> new double[] {1, 1})[0]++);
            different.forEach(
                    p -> counts.computeIfAbsent(feature.applyAsInt(p.a(), p.b()), v -> new double[] {1, 1})[1]++);
            var table = new TreeMap<Integer, Double>();
            counts.forEach((value, n) -> table.put(
                    value, Math.log(n[0] / (same.size() + counts.size()) * (different.size() + counts.size()) / n[1])));
            return table;
        }

        double of(LinkAttacker attacker, SeenSession a, SeenSession b) {
            if (attacker == ALL) {
                return of(PLACE_AND_TIME, a, b) + of(SHAPE, a, b);
            }
            double score = 0;
            var its = tables.getOrDefault(attacker, List.of());
            var features = attacker.features();
            for (int i = 0; i < its.size(); i++) {
                score += its.get(i).getOrDefault(features.get(i).applyAsInt(a, b), 0.0);
            }
            return score;
        }
    }
}
