package org.chargeproof.cpo.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;
import org.chargeproof.cpo.Quirk;
import org.chargeproof.cpo.StationData;
import org.chargeproof.ocpi.model.ConnectorType;
import org.jspecify.annotations.Nullable;

/** Charge points in a CSV file with the columns of {@code assets import}, whose own files can be read, too. */
final class StationsFile {
    private static final String EXAMPLE = """
            evse_id,rated_power_w,min_power_w,default_power_w,quirk
            DE*ABC*E0001,22080,4140,0,
            DE*ABC*E0002,11040,4140,4140,LATE""";
    private static final Set<String> COLUMNS = Set.of(
            "type",
            "group",
            "evse_id",
            "latitude",
            "longitude",
            "connector",
            "rated_power_w",
            "min_power_w",
            "default_power_w",
            "quirk");
    /** What files of assets have beside; nothing that a charge point's behavior depends on. */
    private static final Set<String> OF_ASSETS = Set.of(
            "capacity_w",
            "other_equipment_max_w",
            "limit_w",
            "policy",
            "pv_inverter_w",
            "pv_peak_w",
            "group_id",
            "price_per_kwh",
            "vat_percent",
            "price_from",
            "operator_id",
            "most_charge_points",
            "most_rated_power_w");

    private static final String CHARGE_POINT = "charge_point";
    private static final String DEFAULT_LOCATION = "site";
    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_ROWS = 100_000;
    private static final int MOST_SHOWN = 20;

    private final Path file;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** A charge point, and how it behaves. */
    record Row(StationData data, Quirk quirk) {}

    private StationsFile(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws BadInputException with all that is wrong with it
     */
    static List<Row> read(Path file) {
        var stations = new StationsFile(file);
        stations.csv(stations.text());
        if (!stations.problems.isEmpty()) {
            List<String> shown = stations.problems.subList(0, Math.min(MOST_SHOWN, stations.problems.size()));
            int more = stations.problems.size() - shown.size();
            throw stations.bad(
                    "cannot be used:\n" + String.join("\n", shown) + (more > 0 ? "\nand " + more + " more" : ""));
        }
        if (stations.rows.isEmpty()) {
            throw stations.bad("holds no charge points. It must look like this:\n" + EXAMPLE);
        }
        return stations.rows;
    }

    private String text() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw bad("has more than " + MOST_BYTES + " bytes, which is the most. Divide it.");
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + Printable.of(file.toString()) + " ("
                            + e.getClass().getSimpleName() + "). Name a file that is there.",
                    e);
        }
    }

    private void csv(String text) {
        String head = text.lines().findFirst().orElse("");
        char delimiter = head.indexOf(';') >= 0 && head.indexOf(',') < 0 ? ';' : ',';
        var format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreHeaderCase(true)
                .setAllowMissingColumnNames(true)
                .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_EMPTY)
                .setTrim(true)
                .setDelimiter(delimiter)
                .get();
        try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
            for (String name : parser.getHeaderNames()) {
                String column = name.toLowerCase(Locale.ROOT);
                if (!column.isEmpty()
                        && column.charAt(0) != '#'
                        && !COLUMNS.contains(column)
                        && !OF_ASSETS.contains(column)) {
                    throw bad("has the column '" + Printable.of(name) + "', which means nothing here. The columns are: "
                            + String.join(",", COLUMNS.stream().sorted().toList())
                            + "; begin the name of a remark with #.");
                }
            }
            for (CSVRecord record : parser) {
                if (record.getRecordNumber() > MOST_ROWS) {
                    throw bad("has more than " + MOST_ROWS + " rows, which is the most. Divide it.");
                }
                Map<String, String> cells = new HashMap<>();
                record.toMap().forEach((column, value) -> cells.put(column.toLowerCase(Locale.ROOT), value));
                cells.values().removeIf(String::isBlank);
                boolean isMeant = CHARGE_POINT.equals(cells.getOrDefault("type", CHARGE_POINT));
                if (!cells.isEmpty() && isMeant) {
                    row(record.getRecordNumber() + 1, cells);
                }
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            throw new BadInputException(
                    Printable.of(file.toString()) + " is no CSV: " + Printable.of(String.valueOf(e.getMessage())), e);
        }
    }

    private void row(long line, Map<String, String> cells) {
        try {
            String evseId = cells.getOrDefault("evse_id", "");
            int ratedPowerW = watts(cells, "rated_power_w", null);
            StationData data = StationData.of(
                            evseId,
                            cells.getOrDefault("group", DEFAULT_LOCATION),
                            ratedPowerW,
                            watts(cells, "min_power_w", 0),
                            watts(cells, "default_power_w", ratedPowerW))
                    .at(degrees(cells, "latitude"), degrees(cells, "longitude"))
                    .with(word(cells, "connector", ConnectorType.class, ConnectorType.IEC_62196_T2));
            rows.add(new Row(data, word(cells, "quirk", Quirk.class, Quirk.NONE)));
        } catch (IllegalArgumentException e) {
            problems.add("row " + line + ": " + Printable.of(String.valueOf(e.getMessage())));
        }
    }

    private static int watts(Map<String, String> cells, String column, @Nullable Integer otherwise) {
        String value = cells.get(column);
        if (value == null && otherwise != null) {
            return otherwise;
        }
        if (value == null || !value.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(column + (value == null ? " is missing" : " is '" + value + "'")
                    + "; it must be a whole number of W, in digits alone");
        }
        return Integer.parseInt(value);
    }

    private static double degrees(Map<String, String> cells, String column) {
        String value = cells.getOrDefault(column, "0");
        if (!value.matches("[+-]?[0-9]{1,3}(\\.[0-9]{1,18})?")) {
            throw new IllegalArgumentException(column + " is '" + value + "'; it must be degrees, such as 52.5163");
        }
        return Double.parseDouble(value);
    }

    private static <T extends Enum<T>> T word(Map<String, String> cells, String column, Class<T> type, T otherwise) {
        String value = cells.get(column);
        if (value == null) {
            return otherwise;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(column + " is '" + value + "'; it must be one of "
                        + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "))));
    }

    private BadInputException bad(String what) {
        return new BadInputException(Printable.of(file.toString()) + " " + what);
    }
}
