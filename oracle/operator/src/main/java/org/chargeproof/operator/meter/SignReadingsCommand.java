package org.chargeproof.operator.meter;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.OptionChecks;
import org.chargeproof.console.output.Printable;
import org.chargeproof.meter.MeterIdentity;
import org.chargeproof.meter.MeterKey;
import org.chargeproof.meter.OcmfRecord;
import org.chargeproof.meter.OcmfWriter;
import org.chargeproof.meter.ReadingPoint;
import org.chargeproof.meter.RecordFile;
import org.chargeproof.meter.SignedSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof meter sign}. */
@Command(
        name = "sign",
        header = "Signs the readings of a session.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads a session's readings from CSV (time, register_wh, point) and writes a signed record for each. The first one's point"
                    + " is B (begin), the last one's E (end), those between C (charging).",
            "For meters that do not sign by themselves: it is the key's holder who stands for the readings."
        },
        footer = {
            "",
            "Example:",
            "  time,register_wh,point",
            "  2026-07-01T06:00:00Z,123456,B",
            "  2026-07-01T06:15:00Z,125296,C",
            "  2026-07-01T06:22:30Z,126216,E",
            "  chargeproof meter sign readings.csv --meter-key meter-17.pem --serial 17 --evse DE*ABC*E0017 --page 1 \\",
            "    --output session.xml"
        })
final class SignReadingsCommand implements Callable<Integer> {
    private static final int MOST_BYTES = 262_144;
    private static final long MOST_PAGE = 999_999_999_999_999L;
    private static final List<String> COLUMNS = List.of("time", "register_wh", "point");
    private static final Pattern REGISTER = Pattern.compile("[0-9]{1,16}(?:\\.[0-9]{1,6})?");
    private static final int WH_DIGITS = 3;

    /** What is written. */
    enum Format {
        /** The transparency software's. */
        XML,
        /** One record a line. */
        LINES,
        /** One record a line, as OCPI carries it. */
        BASE64
    }

    @Parameters(paramLabel = "READINGS", description = "CSV with the columns time, register_wh, point.")
    private Path readings = Path.of("");

    @Option(names = "--meter-key", required = true, paramLabel = "FILE", description = "What 'meter new-key' wrote.")
    private Path meterKey = Path.of("");

    @Option(names = "--serial", required = true, paramLabel = "TEXT", description = "The meter's serial number.")
    private String serial = "";

    @Option(names = "--evse", required = true, paramLabel = "ID", description = "The charge point's EVSE id.")
    private String evse = "";

    @Option(
            names = "--page",
            required = true,
            paramLabel = "N",
            description = "Page of the first record: one more than that of the last record which this meter signed.")
    private long page;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "xml",
            showDefaultValue = CommandLine.Help.Visibility.ALWAYS,
            description = "xml (which the transparency software opens), lines or base64.")
    private Format format = Format.XML;

    @Option(names = "--output", paramLabel = "FILE", description = "A new file to write; without it: standard output.")
    private @Nullable Path output;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        OptionChecks.requireRange("--page", page, 0, MOST_PAGE);
        if (output != null && Files.exists(output)) {
            throw new BadInputException(MeterFiles.shown(output) + " exists. Name another file.");
        }
        OptionChecks.requireWritable(output);
        MeterKey key = MeterFiles.key(meterKey);
        var identity = MeterFiles.orRefuse("", () -> new MeterIdentity(serial, evse));
        var records = new ArrayList<OcmfRecord>();
        for (var entry : entries()) {
            long next = page + records.size();
            records.add(MeterFiles.orRefuse("", () -> OcmfWriter.write(identity, next, List.of(entry), key)));
        }
        var session = MeterFiles.orRefuse("", () -> SignedSession.check(records, key.publicKey()));
        if (!session.isGood()) {
            throw new BadInputException("the readings are no session. "
                    + session.problems().stream().map(Objects::toString).collect(Collectors.joining(" "))
                    + " Nothing was written.");
        }
        write(text(records, key));
        return 0;
    }

    private String text(List<OcmfRecord> records, MeterKey key) {
        return switch (format) {
            case XML -> RecordFile.xml(records, key.publicKey()) + "\n";
            case LINES -> records.stream().map(r -> r.text() + "\n").collect(Collectors.joining());
            case BASE64 -> records.stream().map(r -> r.base64() + "\n").collect(Collectors.joining());
        };
    }

    private void write(String text) {
        if (output == null) {
            spec.commandLine().getOut().print(text);
            return;
        }
        try {
            Files.writeString(output, text);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot write " + MeterFiles.shown(output) + " ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        }
    }

    private List<OcmfWriter.Entry> entries() {
        String text = MeterFiles.text(readings, MOST_BYTES);
        var entries = new ArrayList<OcmfWriter.Entry>();
        try (var csv = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .get()
                .parse(new StringReader(text))) {
            if (!csv.getHeaderNames().equals(COLUMNS)) {
                throw new BadInputException(MeterFiles.shown(readings) + " has the columns "
                        + Printable.of(String.join(",", csv.getHeaderNames())) + "; it has time,register_wh,point.");
            }
            for (CSVRecord row : csv) {
                if (entries.size() == SignedSession.MOST_RECORDS) {
                    throw new BadInputException(MeterFiles.shown(readings) + " has more than "
                            + SignedSession.MOST_RECORDS + " readings. Give those of one session.");
                }
                entries.add(entry(row));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInputException(
                    MeterFiles.shown(readings) + " is no CSV: " + Printable.of(String.valueOf(e.getMessage())) + ".",
                    e);
        }
        return entries;
    }

    private OcmfWriter.Entry entry(CSVRecord row) {
        if (row.size() != COLUMNS.size()) {
            throw bad(row, "it has " + row.size() + " fields; a row has " + COLUMNS.size());
        }
        Instant time;
        try {
            time = Instant.parse(row.get(0));
        } catch (DateTimeException e) {
            throw bad(row, "time is " + Printable.of(row.get(0)) + "; it is written as 2026-07-01T06:15:00Z");
        }
        if (!REGISTER.matcher(row.get(1)).matches()) {
            throw bad(row, "register_wh is " + Printable.of(row.get(1)) + "; it is Wh, such as 123456 or 123456.5");
        }
        var point = switch (row.get(2)) {
            case "B" -> ReadingPoint.BEGIN;
            case "C" -> ReadingPoint.CHARGING;
            case "E" -> ReadingPoint.END;
            default -> throw bad(row, "point is " + Printable.of(row.get(2)) + "; it is B, C or E");
        };
        return new OcmfWriter.Entry(time, point, new BigDecimal(row.get(1)).movePointLeft(WH_DIGITS));
    }

    private BadInputException bad(CSVRecord row, String what) {
        return new BadInputException(MeterFiles.shown(readings) + ", row " + row.getRecordNumber() + ": " + what + ".");
    }
}
