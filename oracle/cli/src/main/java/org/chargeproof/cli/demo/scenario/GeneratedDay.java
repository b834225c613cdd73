package org.chargeproof.cli.demo.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.chargeproof.cli.demo.scenario.Scenario.Group;
import org.chargeproof.cli.demo.scenario.Scenario.Point;
import org.chargeproof.cli.demo.scenario.Scenario.Stay;
import org.chargeproof.console.output.Count;

/**
 * Makes up a day of charging: the same seed gives the same day. The first group has PV, the second shares its cabinet with
 * other equipment, the third may take a quarter of its rated power, and the last has charge points of two operators.
 */
public final class GeneratedDay {
    private static final int[] RATED_POWERS_W = {11_040, 22_080, 7_360};
    private static final int LIMIT_PERCENT = 50;
    private static final int TIGHT_LIMIT_PERCENT = 25;
    private static final double DAYS_START_HOUR = 6;
    private static final double DAYS_END_HOUR = 20;
    private static final int SHORT_RUN_FIRST_HOUR = 8;
    private static final int DAY_HOURS = 24;
    /** One driver in twelve wants full power at once. */
    private static final double SHARE_NOT_JOINING = 1.0 / 12;
    /** One in six reserves, two hours ahead at most. */
    private static final double SHARE_RESERVING = 1.0 / 6;

    private static final long MOST_AHEAD_SECONDS = 2 * 3_600;

    private final SplittableRandom random;
    private final int steps;
    private final int firstHour;

    private GeneratedDay(long seed, int hours) {
        this.random = new SplittableRandom(seed);
        this.steps = hours * Scenario.STEPS_PER_HOUR;
        // a short run in the middle of the night would show nothing
        this.firstHour = hours < DAY_HOURS ? SHORT_RUN_FIRST_HOUR : 0;
    }

    /** A day of so many groups with so many charge points each, or the first hours of it, from 8:00 on. */
    public static Scenario generate(long seed, int hours, int operators, int groups, int points) {
        return new GeneratedDay(seed, hours).scenario(operators, groups, points);
    }

    private Scenario scenario(int operators, int groups, int points) {
        var made = new ArrayList<Group>();
        var stays = new ArrayList<Stay>();
        for (int g = 0; g < groups; g++) {
            int firstPoint = made.size() * points;
            var group = group(g, groups, points, operators);
            made.add(group);
            for (int p = 0; p < points; p++) {
                stays(firstPoint + p, group.points().get(p).ratedPowerW(), stays);
            }
        }
        stays.sort(Comparator.comparingLong(Stay::askSeconds).thenComparingInt(Stay::point));
        return new Scenario(
                "a generated day: " + Count.of(groups, "group") + " of " + Count.of(points, "charge point") + ", "
                        + Count.of(operators, "operator"),
                firstHour,
                steps,
                made,
                stays,
                List.of());
    }

    private Group group(int g, int groups, int points, int operators) {
        int ratedPowerW = RATED_POWERS_W[g % RATED_POWERS_W.length];
        // each operator's cabinets side by side
        int owner = (int) ((long) g * operators / groups);
        var list = new ArrayList<Point>();
        for (int p = 0; p < points; p++) {
            boolean guest = g == groups - 1 && p % 2 == 1;
            list.add(new Point(
                    "XX*CP%d*E%03d%03d".formatted(owner + 1, g + 1, p + 1),
                    guest ? (owner + 1) % operators : owner,
                    ratedPowerW));
        }
        int percent = g == 2 ? TIGHT_LIMIT_PERCENT : LIMIT_PERCENT;
        int limitW = (int) ((long) ratedPowerW * points * percent / 100);
        int otherMaxW = g == 1 ? limitW / 2 : 0;
        int pvPeakW = g == 0 ? limitW / 2 : 0;
        var loadWh = new int[steps];
        var expectedLoadWh = new int[steps];
        var reservedLoadWh = new int[steps];
        var pvWh = new int[steps];
        var expectedPvWh = new int[steps];
        for (int t = 0; t < steps; t++) {
            double daylight = daylight(hourOfDay(t));
            double expectedPv = pvPeakW * daylight * 0.8 / Scenario.STEPS_PER_HOUR;
            expectedPvWh[t] = (int) expectedPv;
            pvWh[t] = (int) (expectedPv * random.nextDouble(0.5, 1.25));
            // an office: a third of its connection at night, most of it by day
            double expectedLoad = otherMaxW * (0.3 + 0.5 * daylight) / Scenario.STEPS_PER_HOUR;
            expectedLoadWh[t] = (int) expectedLoad;
            reservedLoadWh[t] = (int) Math.min((double) otherMaxW / Scenario.STEPS_PER_HOUR, expectedLoad * 1.2);
            loadWh[t] = (int) Math.min(reservedLoadWh[t], expectedLoad * random.nextDouble(0.8, 1.2));
        }
        return new Group(
                "group " + g,
                owner,
                limitW,
                otherMaxW,
                pvPeakW,
                list,
                loadWh,
                expectedLoadWh,
                reservedLoadWh,
                pvWh,
                expectedPvWh);
    }

    /** Cars one after the other at a charge point: most come by day, none stays beyond the end. */
    private void stays(int point, int ratedPowerW, List<Stay> stays) {
        long end = (long) steps * Scenario.STEP_SECONDS;
        // a short run begins with cars coming in
        long now = firstHour > 0 ? random.nextLong(0, end / 2) : gapSeconds(random.nextLong(0, 4 * 3600));
        long free = 0;
        while (true) {
            long stay = (long) (random.nextDouble(1.5, 8) * 3600);
            long out = Math.min(now + stay, end);
            // an hour at least, unless there is only one
            if (out - now < Math.min(3600, end / 2)) {
                return;
            }
            double hours = (out - now) / 3600.0;
            int energyWh = (int) Math.min(60_000, ratedPowerW * hours * random.nextDouble(0.1, 0.6));
            boolean joins = random.nextDouble() >= SHARE_NOT_JOINING;
            // rather half of it than none
            int leastWh = joins ? Math.ceilDiv(energyWh, 2) : energyWh;
            boolean reserves = joins && random.nextDouble() < SHARE_RESERVING;
            long ask = reserves ? random.nextLong(Math.max(free, now - MOST_AHEAD_SECONDS), now + 1) : now;
            stays.add(new Stay(point, ask, now, out, energyWh, leastWh, joins));
            free = out + 600;
            now = gapSeconds(free);
        }
    }

    /** When the next car comes: sooner by day. */
    private long gapSeconds(long now) {
        boolean busyHour = daylight(hourOfDay((int) (now / Scenario.STEP_SECONDS))) > 0;
        return now + (long) (random.nextDouble() * (busyHour ? 2.5 : 8) * 3600);
    }

    private double hourOfDay(int step) {
        return (firstHour + (double) step / Scenario.STEPS_PER_HOUR) % DAY_HOURS;
    }

    /** 0 at night, 1 at noon. */
    private static double daylight(double hour) {
        return Math.max(0, Math.sin(Math.PI * (hour - DAYS_START_HOUR) / (DAYS_END_HOUR - DAYS_START_HOUR)))
                * (hour > DAYS_START_HOUR && hour < DAYS_END_HOUR ? 1 : 0);
    }
}
