package org.chargeproof.operator.assets.table;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;

/**
 * A file of rows: CSV whose first line names the columns, or a JSON list of objects whose fields have the columns' names. CSV may have a
 * byte order mark, lines that end in CRLF, and semicolons between its cells.
 */
public final class Table {
    /** In place of a file's name: standard input. */
    static final String STANDARD_INPUT = "-";

    /** The column that tells what a row is about. */
    static final String TYPE = "type";

    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_ROWS = 100_000;
    private static final char REMARK = '#';

    private final String name;
    private final Shape shape;
    private final Problems problems;
    private final List<Row> rows = new ArrayList<>();

    /**
     * Which columns a row of each type has.
     *
     * @param columns by type; a single type that is called "" needs no column for it
     * @param example what the first line may look like
     */
    public record Shape(Map<String, List<String>> columns, String example) {
        boolean hasTypes() {
            return !columns.containsKey("");
        }

        boolean knows(String column) {
            return (hasTypes() && column.equals(TYPE))
                    || columns.values().stream().anyMatch(c -> c.contains(column));
        }
    }

    private Table(String name, Shape shape) {
        this.name = name;
        this.shape = shape;
        this.problems = new Problems(name);
    }

    /**
     * Reads a file.
     *
     * @param file path, or "-" for standard input
     * @throws BadInputException when it is too large, no text, neither CSV nor JSON, or has columns that mean nothing; what is wrong with single
     *     rows is in {@link #problems}
     */
    public static Table read(String file, Shape shape) {
        var table = new Table(file.equals(STANDARD_INPUT) ? "standard input" : file, shape);
        String text = table.text(file);
        if (text.stripLeading().startsWith("[") || text.stripLeading().startsWith("{")) {
            table.json(text);
        } else {
            table.csv(text);
        }
        if (table.rows.isEmpty() && table.problems.isEmpty()) {
            throw table.bad("holds no rows. It must look like this:\n" + shape.example());
        }
        return table;
    }

    /** Its rows, in the order of the file; those of unknown types are left out. */
    public List<Row> rows() {
        return rows;
    }

    /** What is wrong with its rows. */
    public Problems problems() {
        return problems;
    }

    private String text(String file) {
        byte[] bytes;
        try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(file))) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInputException(
                    "cannot read " + Printable.of(name) + " (" + e.getClass().getSimpleName()
                            + "). Name a file that is there, or - for standard input.",
                    e);
        }
        if (bytes.length > MOST_BYTES) {
            throw bad("has more than " + MOST_BYTES + " bytes, which is the most. Divide it.");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new BadInputException(
                    Printable.of(name) + " is no text in UTF-8. Save it as 'CSV UTF-8', or as JSON.", e);
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
            var columns = parser.getHeaderNames().stream()
                    .map(c -> c.toLowerCase(Locale.ROOT))
                    .toList();
            requireKnown(columns);
            var lines = new Lines(text);
            for (CSVRecord record : parser) {
                int line = lines.at(record.getCharacterPosition());
                if (record.stream().allMatch(String::isBlank)) {
                    continue;
                }
                if (record.size() > parser.getHeaderMap().size()) {
                    problems.add(
                            line,
                            "has " + record.size() + " cells, the first line "
                                    + parser.getHeaderMap().size() + "; put a text with a " + delimiter
                                    + " in it between quotes");
                    continue;
                }
                var cells = new HashMap<String, String>();
                record.toMap().forEach((column, value) -> cells.put(column.toLowerCase(Locale.ROOT), value));
                add(line, cells);
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            throw new BadInputException(
                    Printable.of(name) + " is no CSV: " + Printable.of(String.valueOf(e.getMessage()))
                            + ". Nothing was sent.",
                    e);
        }
    }

    private void requireKnown(List<String> columns) {
        for (String column : columns) {
            if (!column.isEmpty() && column.charAt(0) != REMARK && !shape.knows(column)) {
                throw bad("has the column '" + Row.shown(column)
                        + "', which means nothing here. Begin its name with # if it is a remark. The columns are: "
                        + allColumns());
            }
        }
        if (shape.hasTypes() && !columns.contains(TYPE)) {
            throw bad("lacks the column " + TYPE + ". It must look like this:\n" + shape.example());
        }
    }

    private String allColumns() {
        var all = new ArrayList<String>();
        if (shape.hasTypes()) {
            all.add(TYPE);
        }
        shape.columns()
                .values()
                .forEach(columns ->
                        columns.stream().filter(c -> !all.contains(c)).forEach(all::add));
        return String.join(",", all);
    }

    private void json(String text) {
        try (JsonParser parser = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build()
                .createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw bad("is no list of rows. In JSON it is a list of objects: [{\"column\": value, ...}, ...].");
            }
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw bad("has something in line " + lineOf(parser)
                            + " that is no object. In JSON it is a list of objects: [{\"column\": value, ...}, ...].");
                }
                int line = lineOf(parser);
                add(line, object(parser));
            }
            if (parser.nextToken() != null) {
                throw bad("goes on behind its list, in line " + lineOf(parser) + ". Remove what is there.");
            }
        } catch (JacksonException e) {
            throw new BadInputException(
                    Printable.of(name) + " is no JSON: " + Printable.of(e.getOriginalMessage()) + ". Nothing was sent.",
                    e);
        } catch (IOException e) {
            throw new BadInputException("cannot read " + Printable.of(name) + ".", e);
        }
    }

    private Map<String, String> object(JsonParser parser) throws IOException {
        var cells = new HashMap<String, String>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String column = parser.currentName();
            JsonToken value = parser.nextToken();
            if (!value.isScalarValue()) {
                throw bad("has a list or an object as '" + Row.shown(column) + "' in line " + lineOf(parser)
                        + ". It must be a number or a text.");
            }
            requireKnown(shape.hasTypes() ? List.of(TYPE, column) : List.of(column));
            if (value != JsonToken.VALUE_NULL) {
                cells.put(column, parser.getText().strip());
            }
        }
        return cells;
    }

    private static int lineOf(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private void add(int line, Map<String, String> cells) {
        if (rows.size() == MOST_ROWS) {
            throw bad("has more than " + MOST_ROWS + " rows, which is the most. Divide it.");
        }
        cells.keySet().removeIf(c -> c.isEmpty() || c.charAt(0) == REMARK);
        cells.values().removeIf(String::isBlank);
        String type = shape.hasTypes() ? cells.getOrDefault(TYPE, "") : "";
        List<String> columns = shape.columns().get(type);
        if (columns == null) {
            problems.add(
                    line,
                    type.isEmpty()
                            ? "lacks " + TYPE
                            : TYPE + " is '" + Row.shown(type) + "'; it must be one of "
                                    + String.join(", ", shape.columns().keySet()));
            return;
        }
        var row = new Row(line, type, cells, problems);
        cells.keySet().stream()
                .filter(c -> !c.equals(TYPE) && !columns.contains(c))
                .sorted()
                .forEach(c -> row.problem(c + " means nothing in a row of type " + type + "; leave it empty"));
        rows.add(row);
    }

    private BadInputException bad(String what) {
        return new BadInputException(Printable.of(name) + " " + what + " Nothing was sent.");
    }

    /** Which line a character is in. Positions only grow. */
    private static final class Lines {
        private final String text;
        private int position;
        private int line = 1;

        Lines(String text) {
            this.text = text;
        }

        int at(long character) {
            while (position < character
                    || (position < text.length() && (text.charAt(position) == '\n' || text.charAt(position) == '\r'))) {
                if (position >= text.length()) {
                    break;
                }
                line += text.charAt(position++) == '\n' ? 1 : 0;
            }
            return line;
        }
    }
}
