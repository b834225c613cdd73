package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Ways to get more tokens than by saying and doing what is so. Needs stay as they are: the energy, and when the car must be gone. */
enum Deviation {
    LATER_DEPARTURE("says a later departure", 1),
    MORE_ENERGY("asks for more", 1),
    BOTH("both", 1),
    SPLIT("splits over accounts", 1),
    SPLIT_WITH_BREAK("splits, unplugs between", 1),
    AT_THE_PEAK("plugs in at the peak", 1),
    DECOY("decoy at the peak", 1),
    COALITION("coalition of 2 to 5", 5);

    private static final int HOUR_SECONDS = 3_600;
    private static final int MOST_COALITION = 5;

    private final String words;
    private final int mostMembers;

    Deviation(String words, int mostMembers) {
        this.words = words;
        this.mostMembers = mostMembers;
    }

    String words() {
        return words;
    }

    /**
     * A day on which some deviate.
     *
     * @param visits of all
     * @param honest those who deviate, as they were
     * @param own all that is theirs now, decoys and parts included
     */
    record Deviated(List<Visit> visits, Set<BilledDay.Key> honest, Set<BilledDay.Key> own) {}

    /** Draws one for a day; null when it cannot be on this day. */
    @Nullable
    Deviated draw(BilledDay day, int points, int ratedW, SplittableRandom random) {
        var visits = new ArrayList<>(day.visits());
        int members = mostMembers == 1 ? 1 : 2 + random.nextInt(MOST_COALITION - 1);
        if (visits.size() < members) {
            return null;
        }
        var honest = new HashSet<BilledDay.Key>();
        var own = new HashSet<BilledDay.Key>();
        while (honest.size() < members) {
            Visit visit = day.visits().get(random.nextInt(day.visits().size()));
            if (!honest.add(BilledDay.Key.of(visit))) {
                continue;
            }
            visits.remove(visit);
            var instead = this == COALITION ? joint(visit, day, random) : instead(visit, day, points, ratedW, random);
            if (instead.isEmpty()) {
                return null;
            }
            visits.addAll(instead);
            instead.forEach(v -> own.add(BilledDay.Key.of(v)));
        }
        visits.sort(Comparator.comparingLong(Visit::plugInSeconds).thenComparingInt(Visit::point));
        return new Deviated(visits, honest, own);
    }

    /** What one of a coalition does: anything that one alone can do, or charge at once for the others to have waited. */
    private static List<Visit> joint(Visit v, BilledDay day, SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> List.of(later(v, random));
            case 1 -> List.of(more(v, random));
            case 2 -> peak(v, day);
            case 3 -> List.of(atOnce(v));
            default -> List.of(v);
        };
    }

    private List<Visit> instead(Visit v, BilledDay day, int points, int ratedW, SplittableRandom random) {
        return switch (this) {
            case LATER_DEPARTURE -> List.of(later(v, random));
            case MORE_ENERGY -> List.of(more(v, random));
            case BOTH -> List.of(more(later(v, random), random));
            case SPLIT -> split(v, 0, random);
            case SPLIT_WITH_BREAK -> split(v, 1, random);
            case AT_THE_PEAK -> peak(v, day);
            case DECOY -> decoy(v, day, points, ratedW, random);
            case COALITION -> List.of();
        };
    }

    private static Visit later(Visit v, SplittableRandom random) {
        return with(v, v.departureSeconds() + HOUR_SECONDS * (1L + random.nextInt(12)), v.statedWh());
    }

    private static Visit more(Visit v, SplittableRandom random) {
        return with(v, v.departureSeconds(), (int) (v.statedWh() * (1.2 + 1.8 * random.nextDouble())));
    }

    private static Visit atOnce(Visit v) {
        long least =
                (long) Math.ceilDiv(v.takesWh(), Math.max(1, v.carMaxW() / Site.STEPS_PER_HOUR)) * Site.STEP_SECONDS;
        long departure = Math.min(v.departureSeconds(), ((long) v.firstStep()) * Site.STEP_SECONDS + least);
        return with(v, departure, v.statedWh());
    }

    private static Visit with(Visit v, long departureSeconds, int statedWh) {
        return new Visit(
                v.point(),
                v.plugInSeconds(),
                departureSeconds,
                v.plugOutSeconds(),
                statedWh,
                v.takesWh(),
                v.carMaxW(),
                v.tapers());
    }

    /** Comes when the load is highest, if it would have been there then. */
    private static List<Visit> peak(Visit v, BilledDay day) {
        long peak = (long) day.peakStep() * Site.STEP_SECONDS;
        if (peak <= v.plugInSeconds() || peak + 2L * Site.STEP_SECONDS > v.departureSeconds()) {
            return List.of();
        }
        return List.of(new Visit(
                v.point(),
                peak,
                v.departureSeconds(),
                v.plugOutSeconds(),
                v.statedWh(),
                v.takesWh(),
                v.carMaxW(),
                v.tapers()));
    }

    /** Two to four sessions at the same plug, one after the other, each with a part of the energy. */
    private static List<Visit> split(Visit v, int breakSteps, SplittableRandom random) {
        int parts = 2 + random.nextInt(3);
        int from = v.firstStep();
        int steps = v.departureStep() - from;
        if (steps < parts * (breakSteps + 2)) {
            return List.of();
        }
        var cuts = new TreeSet<Integer>();
        while (cuts.size() < parts - 1) {
            cuts.add(1 + breakSteps + random.nextInt(steps - 1 - breakSteps));
        }
        cuts.add(steps);
        var visits = new ArrayList<Visit>();
        int start = 0;
        int leftWh = v.takesWh();
        for (int cut : cuts) {
            int length = cut - start;
            int mostWh = Math.min(leftWh, length * (v.carMaxW() / Site.STEPS_PER_HOUR));
            int wh = cut == steps ? mostWh : random.nextInt(mostWh + 1);
            if (length > 0 && wh > 0) {
                long in = visits.isEmpty() ? v.plugInSeconds() : (long) (from + start) * Site.STEP_SECONDS;
                long out = cut == steps ? v.plugOutSeconds() : (long) (from + cut) * Site.STEP_SECONDS;
                long departure = cut == steps ? v.departureSeconds() : out;
                visits.add(new Visit(v.point(), in, departure, out, wh, wh, v.carMaxW(), v.tapers()));
            }
            leftWh -= wh;
            start = cut + breakSteps;
        }
        return leftWh > 0 ? List.of() : visits;
    }

    /** Itself as it is, and a car that comes at the peak to a free plug, stays for hours and takes little. */
    private static List<Visit> decoy(Visit v, BilledDay day, int points, int ratedW, SplittableRandom random) {
        long in = (long) day.peakStep() * Site.STEP_SECONDS;
        long out = in + HOUR_SECONDS * (2L + random.nextInt(5));
        int wh = 300 + random.nextInt(1_700);
        int start = random.nextInt(points);
        for (int i = 0; i < points; i++) {
            int point = (start + i) % points;
            // with a timestep to spare on both sides: it is nobody's continuation
            boolean free = day.visits().stream()
                    .noneMatch(o -> o.point() == point
                            && o.plugInSeconds() - 2L * Site.STEP_SECONDS < out
                            && in - 2L * Site.STEP_SECONDS < Math.max(o.plugOutSeconds(), o.departureSeconds()));
            if (free) {
                return List.of(v, new Visit(point, in, out, out, wh, wh, ratedW, false));
            }
        }
        return List.of();
    }
}
