package org.chargeproof.simulation.scenario;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.chargeproof.console.input.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Real sessions from a CSV file with the columns
 * {@code session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure}. Times are the
 * clock's at the place; {@code requested_*} may be empty, then what was delivered and the real departure stand for the request.
 */
public final class SessionFile {
    /** Columns by name, without the spaces around values. */
    static final CSVFormat WITH_HEADER = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .get();

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
    private static final int TELLING_SECONDS = 1_800;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final Path file;
    private final List<ChargingSession> sessions;
    private final Map<String, Integer> ratedPowerW = new HashMap<>();

    private SessionFile(Path file, List<ChargingSession> sessions) {
        this.file = file;
        this.sessions = List.copyOf(sessions);
        sessions.stream()
                .collect(Collectors.groupingBy(ChargingSession::evse))
                .forEach((evse, its) -> ratedPowerW.put(evse, ratedPowerW(its)));
    }

    /**
     * Reads a file.
     *
     * @throws BadInputException when it cannot be read, lacks a column, or has broken rows; the first ten are named
     */
    public static SessionFile read(Path file) {
        var rows = new ArrayList<ChargingSession>();
        var problems = new ArrayList<String>();
        try (var reader = Files.newBufferedReader(file)) {
            skipByteOrderMark(reader);
            CSVParser parser = CSVParser.parse(reader, WITH_HEADER);
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
        } catch (UncheckedIOException e) {
            throw unreadable(file, Objects.requireNonNullElse(e.getCause(), e));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw unreadable(file, e);
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

    private static BadInputException unreadable(Path file, Exception e) {
        String why = switch (e) {
            case NoSuchFileException missing -> ": there is no such file";
            case CharacterCodingException encoding -> ": it is not UTF-8. Save it as CSV in UTF-8";
            default -> " as CSV: " + e.getMessage();
        };
        return new BadInputException("cannot read " + file + why, e);
    }

    /** Spreadsheets put one before the first column's name. */
    private static void skipByteOrderMark(Reader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != BYTE_ORDER_MARK) {
            reader.reset();
        }
    }

    /** All sessions, in the order of the file. */
    public List<ChargingSession> sessions() {
        return sessions;
    }

    /** Name of the file, for people. */
    public String name() {
        return String.valueOf(file.getFileName());
    }

    /** The day on which most sessions begin. */
    public LocalDate busiestDay() {
        var count = new TreeMap<LocalDate, Integer>();
        sessions.forEach(r -> count.merge(r.plugIn().toLocalDate(), 1, Integer::sum));
        return count.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    /**
     * Rated power of an EVSE of the file. The files do not tell: it is the least usual rating above the mean power of all of its
     * sessions of half an hour or more; times are rounded to minutes, so that shorter ones tell little.
     */
    public int ratedPowerW(String evse) {
        return Objects.requireNonNull(ratedPowerW.get(evse), evse);
    }

    private static int ratedPowerW(List<ChargingSession> sessions) {
        double high = sessions.stream()
                .filter(s -> s.staySeconds() >= TELLING_SECONDS)
                .mapToDouble(ChargingSession::meanPowerW)
                .max()
                .orElse(0);
        for (int rating : RATINGS_W) {
            if (high <= rating) {
                return rating;
            }
        }
        return RATINGS_W[RATINGS_W.length - 1];
    }

    private static ChargingSession row(CSVRecord record) {
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
        return new ChargingSession(
                required(record, "group_id"),
                required(record, "evse_id"),
                record.get("user_id"),
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
