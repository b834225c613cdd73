package org.chargeproof.simulation;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * People with habits: each has a site, an hour, a stay, an energy and a car of its own, which scatter from day to day far less than people
 * differ from each other, and a charge point that it likes. What people differ by are the distributions of {@link GeneratedSites}.
 */
final class GeneratedDrivers {
    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 5, 0, 0);
    private static final int DAY_SECONDS = 86_400;
    private static final double HOUR_SECONDS = 3_600;
    private static final double MOST_OF_STAY = 0.95;
    private static final double HOUR_SIGMA = 0.4;
    private static final double STAY_SIGMA = 0.15;
    private static final double ENERGY_SIGMA = 0.4;
    private static final double TAKES_LIKED_POINT = 0.5;
    private static final double ELSEWHERE = 0.1;
    private static final int[] CARS_W = {3_680, 7_360, 11_040};

    private record Driver(
            int site, int point, double hour, double stayHours, double kwh, double share, int carW, boolean tapers) {}

    private GeneratedDrivers() {}

    static DrivenSites generate(
            GeneratedSites.Kind kind, int sites, int points, int driversPerSite, int days, long seed) {
        var random = new SplittableRandom(seed);
        var drivers = new ArrayList<Driver>();
        for (int i = 0; i < sites * driversPerSite; i++) {
            drivers.add(new Driver(
                    i % sites,
                    random.nextInt(points),
                    kind.arrivalHour + kind.arrivalSigma * random.nextGaussian(),
                    kind.stayMedianHours * Math.exp(kind.staySigma * random.nextGaussian()),
                    kind.energyMedianKwh * Math.exp(kind.energySigma * random.nextGaussian()),
                    0.2 + 0.6 * random.nextDouble(),
                    CARS_W[random.nextInt(CARS_W.length)],
                    random.nextBoolean()));
        }
        var visits = new ArrayList<List<Visit>>();
        var free = new long[sites][points];
        for (int s = 0; s < sites; s++) {
            visits.add(new ArrayList<>());
        }
        var who = new HashMap<DrivenSites.Place, Integer>();
        for (int day = 0; day < days; day++) {
            day(kind, day, drivers, free, visits, who, random);
        }
        var result = new ArrayList<Site>();
        for (int s = 0; s < sites; s++) {
            visits.get(s).sort(Comparator.comparingLong(Visit::plugInSeconds).thenComparingInt(Visit::point));
            int[] ratedW = new int[points];
            Arrays.fill(ratedW, CARS_W[CARS_W.length - 1]);
            result.add(new Site("site " + (s + 1), START, ratedW, visits.get(s)));
        }
        return new DrivenSites(result, who, drivers.size());
    }

    private record Coming(int driver, int site, long in, long out, int wh) {}

    private static void day(
            GeneratedSites.Kind kind,
            int day,
            List<Driver> drivers,
            long[][] free,
            List<List<Visit>> visits,
            Map<DrivenSites.Place, Integer> who,
            SplittableRandom random) {
        if (kind == GeneratedSites.Kind.WORKPLACE
                && START.plusDays(day).getDayOfWeek().getValue() >= DayOfWeek.SATURDAY.getValue()) {
            return;
        }
        var coming = new ArrayList<Coming>();
        for (int i = 0; i < drivers.size(); i++) {
            Driver d = drivers.get(i);
            double hour = d.hour() + HOUR_SIGMA * random.nextGaussian();
            double stay = d.stayHours() * Math.exp(STAY_SIGMA * random.nextGaussian());
            double kwh = d.kwh() * Math.exp(ENERGY_SIGMA * random.nextGaussian());
            boolean comes = random.nextDouble() < d.share();
            int site = random.nextDouble() < ELSEWHERE ? random.nextInt(free.length) : d.site();
            if (comes) {
                long in = day * (long) DAY_SECONDS + (long) (Math.clamp(hour, 0, 23.9) * HOUR_SECONDS);
                long out = in + (long) (Math.clamp(stay, 0.5, 22) * HOUR_SECONDS);
                double mostWh = MOST_OF_STAY * d.carW() * (out - in) / HOUR_SECONDS;
                coming.add(new Coming(i, site, in, out, (int) Math.min(mostWh, kwh * 1000)));
            }
        }
        coming.sort(Comparator.comparingLong(Coming::in).thenComparingInt(Coming::driver));
        for (Coming c : coming) {
            Driver d = drivers.get(c.driver());
            int point = point(d, free[c.site()], c.in(), random);
            if (point >= 0) {
                free[c.site()][point] = c.out() + 1;
                visits.get(c.site())
                        .add(new Visit(point, c.in(), c.out(), c.out(), c.wh(), c.wh(), d.carW(), d.tapers()));
                who.put(new DrivenSites.Place(c.site(), point, c.in()), c.driver());
            }
        }
    }

    /** The one that it likes, or any that is free; -1 when none is. */
    private static int point(Driver driver, long[] free, long in, SplittableRandom random) {
        if (free[driver.point()] <= in && random.nextDouble() < TAKES_LIKED_POINT) {
            return driver.point();
        }
        int start = random.nextInt(free.length);
        for (int i = 0; i < free.length; i++) {
            int point = (start + i) % free.length;
            if (free[point] <= in) {
                return point;
            }
        }
        return -1;
    }
}
