package org.chargeproof.simulation;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sessions made up from distributions, for those without data; see docs/how-to/simulate.md. The same seed gives the same sessions. At each
 * charge point at most one car comes a day at home and at work, and cars come one after the other in public.
 */
final class GeneratedSites {
    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 5, 0, 0);
    private static final int DAY_SECONDS = 86_400;
    private static final double HOUR_SECONDS = 3_600;
    private static final double MOST_WH = 100_000;
    /** Energy that fits into a stay at rated power leaves a margin: nobody states a wish that cannot be had. */
    private static final double MOST_OF_STAY = 0.95;

    /**
     * Kinds of sites. Hours are normal with mean and standard deviation; the stay and the energy are log-normal with median and sigma.
     */
    enum Kind {
        /** Garages of apartment houses: plugged in in the evening, gone in the morning. */
        HOME(17.75, 2.5, 12.5, 0.35, 9.5, 0.75, 0.55, 7_360, 1),
        /** Car parks of employers: from about half past eight, on workdays. */
        WORKPLACE(8.5, 1.2, 7.5, 0.4, 9.0, 0.7, 0.7, 7_360, 1),
        /** Streets and shopping: from 7 to 21 o'clock, short stays. */
        PUBLIC(14, 3.5, 1.75, 0.7, 10.0, 0.7, 0.9, 22_080, 4),
        /** Rapid chargers: all day from early to late, stays of 5 to 45 minutes. */
        RAPID(13.5, 4, 0.35, 0.55, 17.0, 0.6, 0.9, 120_000, 10);

        final double arrivalHour;
        final double arrivalSigma;
        final double stayMedianHours;
        final double staySigma;
        final double energyMedianKwh;
        final double energySigma;
        final double share;
        final int ratedW;
        /** How many cars want to come to a charge point on a day. */
        final int carsADay;

        Kind(
                double arrivalHour,
                double arrivalSigma,
                double stayMedianHours,
                double staySigma,
                double energyMedianKwh,
                double energySigma,
                double share,
                int ratedW,
                int carsADay) {
            this.arrivalHour = arrivalHour;
            this.arrivalSigma = arrivalSigma;
            this.stayMedianHours = stayMedianHours;
            this.staySigma = staySigma;
            this.energyMedianKwh = energyMedianKwh;
            this.energySigma = energySigma;
            this.share = share;
            this.ratedW = ratedW;
            this.carsADay = carsADay;
        }

        double leastStayHours() {
            return this == RAPID ? 5 / 60.0 : 0.3;
        }

        double mostStayHours() {
            return this == RAPID ? 45 / 60.0 : 22;
        }
    }

    private GeneratedSites() {}

    static List<Site> generate(Kind kind, int groups, int points, int days, long seed) {
        var sites = new ArrayList<Site>();
        for (int g = 0; g < groups; g++) {
            var random = new SplittableRandom(seed * 1_000_003 + g);
            var visits = new ArrayList<Visit>();
            for (int p = 0; p < points; p++) {
                visits(kind, p, days, random, visits);
            }
            visits.sort(Comparator.comparingLong(Visit::plugInSeconds).thenComparingInt(Visit::point));
            int[] ratedW = new int[points];
            Arrays.fill(ratedW, kind.ratedW);
            sites.add(new Site("group " + (g + 1), START, ratedW, visits));
        }
        return sites;
    }

    private static void visits(Kind kind, int point, int days, SplittableRandom random, List<Visit> visits) {
        long free = 0;
        for (int day = 0; day < days; day++) {
            DayOfWeek weekday = START.plusDays(day).getDayOfWeek();
            boolean closed = kind == Kind.WORKPLACE && weekday.getValue() >= DayOfWeek.SATURDAY.getValue();
            int cars = kind.carsADay;
            for (int car = 0; car < cars && !closed; car++) {
                double arrival = kind.arrivalHour + kind.arrivalSigma * random.nextGaussian();
                double stay = kind.stayMedianHours * Math.exp(kind.staySigma * random.nextGaussian());
                double kwh = kind.energyMedianKwh * Math.exp(kind.energySigma * random.nextGaussian());
                boolean comes = random.nextDouble() < kind.share;
                long in = day * (long) DAY_SECONDS + (long) (Math.clamp(arrival, 0, 23.9) * HOUR_SECONDS);
                if (!comes || in <= free) {
                    continue;
                }
                long out = in + (long) (Math.clamp(stay, kind.leastStayHours(), kind.mostStayHours()) * HOUR_SECONDS);
                double mostWh = MOST_OF_STAY * kind.ratedW * (out - in) / HOUR_SECONDS;
                int wh = (int) Math.min(Math.min(MOST_WH, mostWh), kwh * 1000);
                visits.add(new Visit(point, in, out, out, wh, wh, kind.ratedW, false));
                free = out;
            }
        }
    }
}
