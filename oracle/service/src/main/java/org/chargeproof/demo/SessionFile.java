package org.chargeproof.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.chargeproof.demo.Scenario.Group;
import org.chargeproof.demo.Scenario.Point;
import org.chargeproof.demo.Scenario.Stay;
import org.chargeproof.input.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Real sessions from a CSV file with the columns
 * {@code session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure}. Times are the
 * clock's at the place; {@code requested_*} may be empty, then what was delivered and the real departure stand for the request.
 */
final class SessionFile {
    private static final List<String> COLUMNS = List.of(
            "session_id",
            "group_id",
            "evse_id",
            "user_id",
            "plug_in",
            "plug_out",
            "energy_kwh",
            "requested_kwh",
            "requested_departure");
    /** Usual ratings: one phase of 16 and 32 A, three phases of 16 and 32 A, and DC. */
    private static final int[] RATINGS_W = {7_360, 11_040, 22_080, 50_000, 150_000};

    private static final int MOST_PROBLEMS_SHOWN = 10;
    private static final double MOST_KWH = 1_000;
    private static final int WH_PER_KWH = 1_000;
    private static final int DAY_HOURS = 24;

    private final Path file;
    private final List<Row> rows;

    private record Row(
            String group,
            String evse,
            LocalDateTime plugIn,
            LocalDateTime plugOut,
            int deliveredWh,
            int wantedWh,
            LocalDateTime departure) {
        /** Mean power between plug-in and plug-out. */
        double meanPowerW() {
            return deliveredWh
                    * 3600.0
                    / Math.max(1, Duration.between(plugIn, plugOut).toSeconds());
        }
    }

    private SessionFile(Path file, List<Row> rows) {
        this.file = file;
        this.rows = rows;
    }

    /**
     * Reads a file.
     *
     * @throws BadInputException when it cannot be read, lacks a column, or has broken rows; the first ten are named
     */
    static SessionFile read(Path file) {
        var rows = new ArrayList<Row>();
        var problems = new ArrayList<String>();
        var format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .get();
        try (var reader = Files.newBufferedReader(file);
                CSVParser parser = CSVParser.parse(reader, format)) {
            var missing = COLUMNS.stream()
                    .filter(c -> !parser.getHeaderNames().contains(c))
                    .toList();
            if (!missing.isEmpty()) {
                throw new BadInputException(file + " lacks the column" + (missing.size() > 1 ? "s " : " ")
                        + String.join(", ", missing) + ". Its first line must be: " + String.join(",", COLUMNS));
            }
            for (CSVRecord record : parser) {
                try {
                    rows.add(row(record));
                } catch (BadInputException e) {
                    problems.add("line " + (record.getRecordNumber() + 1) + ": " + e.getMessage());
                }
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new BadInputException("cannot read " + file + " as CSV: " + e.getMessage(), e);
        }
        if (!problems.isEmpty()) {
            String shown = problems.stream().limit(MOST_PROBLEMS_SHOWN).collect(Collectors.joining("\n  "));
            int more = problems.size() - MOST_PROBLEMS_SHOWN;
            throw new BadInputException(file + " has " + problems.size() + " broken row"
                    + (problems.size() > 1 ? "s" : "") + ":\n  " + shown + (more > 0 ? "\n  and " + more + " more" : "")
                    + "\nMend or remove them; nothing was started.");
        }
        if (rows.isEmpty()) {
            throw new BadInputException(file + " holds no session.");
        }
        return new SessionFile(file, rows);
    }

    /** The day on which most sessions begin. */
    LocalDate busiestDay() {
        var count = new TreeMap<LocalDate, Integer>();
        rows.forEach(r -> count.merge(r.plugIn().toLocalDate(), 1, Integer::sum));
        return count.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    /**
     * The days from one on.
     *
     * @param limitPercent what each group may take, in percent of the rated power of all its charge points in the file
     * @throws BadInputException when no session begins then
     */
    Scenario days(LocalDate first, int hours, int operators, int limitPercent) {
        LocalDateTime start = first.atStartOfDay();
        if (hours < DAY_HOURS) {
            // a short run begins with the hour of the day's first session: the night would show nothing
            start = rows.stream()
                    .map(Row::plugIn)
                    .filter(plugIn -> plugIn.toLocalDate().equals(first))
                    .min(Comparator.naturalOrder())
                    .map(plugIn -> plugIn.truncatedTo(ChronoUnit.HOURS))
                    .orElse(start);
        }
        return window(start, hours, operators, limitPercent);
    }

    private Scenario window(LocalDateTime start, int hours, int operators, int limitPercent) {
        LocalDate first = start.toLocalDate();
        LocalDateTime end = start.plusHours(hours);
        var chosen = rows.stream()
                .filter(r -> !r.plugIn().isBefore(start) && r.plugIn().isBefore(end))
                .sorted(Comparator.comparing(Row::plugIn).thenComparing(Row::evse))
                .toList();
        if (chosen.isEmpty()) {
            var days = new TreeSet<>(
                    rows.stream().map(r -> r.plugIn().toLocalDate()).toList());
            throw new BadInputException(
                    "no session of " + file + " begins on " + first + ". Its sessions begin from " + days.getFirst()
                            + " to " + days.getLast() + "; the day with most of them is " + busiestDay() + ".");
        }
        int steps = hours * Scenario.STEPS_PER_HOUR;
        var pointOf = new LinkedHashMap<String, Integer>();
        var ratedOf = new HashMap<String, Integer>();
        var groups = new ArrayList<Group>();
        for (String name : new TreeSet<>(chosen.stream().map(Row::group).toList())) {
            int owner = groups.size() % operators;
            var points = new ArrayList<Point>();
            long ratedSumW = 0;
            for (String evse : new TreeSet<>(rows.stream()
                    .filter(r -> r.group().equals(name))
                    .map(Row::evse)
                    .toList())) {
                int ratedW = ratedPowerW(evse);
                pointOf.put(name + "/" + evse, pointOf.size());
                ratedOf.put(name + "/" + evse, ratedW);
                points.add(new Point("XX*CP" + (owner + 1) + "*E" + evse, owner, ratedW));
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
        for (Row r : chosen) {
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
            stays.add(new Stay(pointOf.getOrDefault(key, 0), in, out, wantedWh, wantedWh, true));
        }
        var notes = new ArrayList<String>();
        if (clipped > 0) {
            notes.add("%d requests clipped by %.1f kWh in all to what the charger can give in whole steps of the stay"
                    .formatted(clipped, clippedWh / 1000.0));
        }
        return new Scenario(
                file.getFileName() + " from " + first + ": " + groups.size() + " groups, " + pointOf.size()
                        + " charge points, limit " + limitPercent + " % of rated power",
                start.getHour(),
                steps,
                groups,
                stays,
                notes);
    }

    /** The files do not tell: the least usual rating above the mean power of nearly all of the charge point's longer sessions. */
    private int ratedPowerW(String evse) {
        double[] means = rows.stream()
                .filter(r -> r.evse().equals(evse)
                        && Duration.between(r.plugIn(), r.plugOut()).toSeconds() >= Scenario.STEP_SECONDS)
                .mapToDouble(Row::meanPowerW)
                .sorted()
                .toArray();
        double high = means.length == 0 ? 0 : means[(int) (0.95 * (means.length - 1))];
        for (int rating : RATINGS_W) {
            if (high <= rating) {
                return rating;
            }
        }
        return RATINGS_W[RATINGS_W.length - 1];
    }

    private static Row row(CSVRecord record) {
        if (!record.isConsistent()) {
            throw new BadInputException("has " + record.size() + " fields; it must have " + COLUMNS.size());
        }
        LocalDateTime plugIn = time(record, "plug_in");
        LocalDateTime plugOut = time(record, "plug_out");
        if (plugOut.isBefore(plugIn)) {
            throw new BadInputException("plug_out " + plugOut + " is before plug_in " + plugIn);
        }
        int deliveredWh = energyWh(record, "energy_kwh");
        LocalDateTime departure =
                record.get("requested_departure").isEmpty() ? plugOut : time(record, "requested_departure");
        int wantedWh = record.get("requested_kwh").isEmpty() ? deliveredWh : energyWh(record, "requested_kwh");
        return new Row(
                required(record, "group_id"),
                required(record, "evse_id"),
                plugIn,
                plugOut,
                deliveredWh,
                wantedWh,
                departure);
    }

    private static String required(CSVRecord record, String column) {
        String value = record.get(column);
        if (value.isEmpty()) {
            throw new BadInputException(column + " is empty");
        }
        return value;
    }

    private static LocalDateTime time(CSVRecord record, String column) {
        String value = required(record, column);
        try {
            return LocalDateTime.parse(value.replaceAll("Z$", ""));
        } catch (DateTimeParseException e) {
            throw new BadInputException(
                    column + " is '" + value + "'; it must be a time such as 2019-05-17T08:30:00", e);
        }
    }

    private static int energyWh(CSVRecord record, String column) {
        String value = required(record, column);
        @Nullable Double kwh = number(value);
        if (kwh == null || !(kwh >= 0 && kwh <= MOST_KWH)) {
            throw new BadInputException(
                    column + " is '" + value + "'; it must be a number of kWh from 0 to " + (int) MOST_KWH);
        }
        return (int) Math.round(kwh * WH_PER_KWH);
    }

    private static @Nullable Double number(String value) {
        try {
            return Double.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
