package org.chargeproof.cli.demo.scenario;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.TreeSet;
import org.chargeproof.cli.demo.scenario.Scenario.Group;
import org.chargeproof.cli.demo.scenario.Scenario.Point;
import org.chargeproof.cli.demo.scenario.Scenario.Stay;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Count;
import org.chargeproof.simulation.scenario.ChargingSession;
import org.chargeproof.simulation.scenario.SessionFile;

/** Days of a file of real sessions, as a scenario. */
public final class RealDays {
    private static final int DAY_HOURS = 24;
    private static final int MOST_NAME_CHARACTERS = 16;

    private RealDays() {}

    /**
     * The days from one on.
     *
     * @param limitPercent what each group may take, in percent of the rated power of all its charge points in the file
     * @throws BadInputException when no session begins then
     */
    public static Scenario of(SessionFile file, LocalDate first, int hours, int operators, int limitPercent) {
        LocalDateTime start = first.atStartOfDay();
        if (hours < DAY_HOURS) {
            // a short run begins with the hour of the day's first session: the night would show nothing
            start = file.sessions().stream()
                    .map(ChargingSession::plugIn)
                    .filter(plugIn -> plugIn.toLocalDate().equals(first))
                    .min(Comparator.naturalOrder())
                    .map(plugIn -> plugIn.truncatedTo(ChronoUnit.HOURS))
                    .orElse(start);
        }
        return window(file, start, hours, operators, limitPercent);
    }

    private static Scenario window(SessionFile file, LocalDateTime start, int hours, int operators, int limitPercent) {
        LocalDate first = start.toLocalDate();
        LocalDateTime end = start.plusHours(hours);
        var chosen = file.sessions().stream()
                .filter(r -> !r.plugIn().isBefore(start) && r.plugIn().isBefore(end))
                .sorted(Comparator.comparing(ChargingSession::plugIn).thenComparing(ChargingSession::evse))
                .toList();
        if (chosen.isEmpty()) {
            var days = new TreeSet<>(
                    file.sessions().stream().map(r -> r.plugIn().toLocalDate()).toList());
            throw new BadInputException("no session of " + file.name() + " begins on " + first
                    + ". Its sessions begin from " + days.getFirst() + " to " + days.getLast()
                    + "; the day with most of them is " + file.busiestDay() + ".");
        }
        int steps = hours * Scenario.STEPS_PER_HOUR;
        var pointOf = new LinkedHashMap<String, Integer>();
        var ratedOf = new HashMap<String, Integer>();
        var groups = new ArrayList<Group>();
        for (String name :
                new TreeSet<>(chosen.stream().map(ChargingSession::group).toList())) {
            int owner = groups.size() % operators;
            var points = new ArrayList<Point>();
            long ratedSumW = 0;
            for (String evse : new TreeSet<>(file.sessions().stream()
                    .filter(r -> r.group().equals(name))
                    .map(ChargingSession::evse)
                    .toList())) {
                int ratedW = file.ratedPowerW(evse);
                pointOf.put(name + "/" + evse, pointOf.size());
                ratedOf.put(name + "/" + evse, ratedW);
                points.add(new Point(evseId(owner, evse, pointOf.size()), owner, ratedW));
                ratedSumW += ratedW;
            }
            int[] nothing = new int[steps];
            groups.add(new Group(
                    name,
                    owner,
                    (int) (ratedSumW * limitPercent / 100),
                    0,
                    0,
                    points,
                    nothing,
                    nothing,
                    nothing,
                    nothing,
                    nothing));
        }
        var stays = new ArrayList<Stay>();
        long clippedWh = 0;
        int clipped = 0;
        for (ChargingSession r : chosen) {
            String key = r.group() + "/" + r.evse();
            long in = Duration.between(start, r.plugIn()).toSeconds();
            long out = Duration.between(start, r.departure()).toSeconds();
            // from the next step on, until the last whole one
            long usable = out / Scenario.STEP_SECONDS - in / Scenario.STEP_SECONDS - 1;
            long mostWh = usable * (ratedOf.getOrDefault(key, 0) / Scenario.STEPS_PER_HOUR);
            int wantedWh = r.wantedWh();
            if (usable > 0 && wantedWh > mostWh) {
                clippedWh += wantedWh - mostWh;
                clipped++;
                wantedWh = (int) mostWh;
            }
            // the files do not tell what else drivers would have taken
            stays.add(new Stay(pointOf.getOrDefault(key, 0), in, in, out, wantedWh, wantedWh, true));
        }
        var notes = new ArrayList<String>();
        if (clipped > 0) {
            notes.add("%s clipped by %.1f kWh in all to what the charger can give in whole steps of the stay"
                    .formatted(Count.of(clipped, "request"), clippedWh / 1000.0));
        }
        return new Scenario(
                file.name() + " from " + first + ": " + Count.of(groups.size(), "group") + ", "
                        + Count.of(pointOf.size(), "charge point") + ", limit " + limitPercent + " % of rated power",
                start.getHour(),
                steps,
                groups,
                stays,
                notes);
    }

    /** An id as eMI3 wants it: groups may have names in common, so that it has a number, too. */
    private static String evseId(int owner, String name, int number) {
        String plain = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        return "XX*CP" + (owner + 1) + "*E" + number + "*"
                + plain.substring(0, Math.min(MOST_NAME_CHARACTERS, plain.length()));
    }
}
