package org.chargeproof.ocpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.chargeproof.ocpi.json.Shape;
import org.chargeproof.ocpi.model.Location;
import org.junit.jupiter.api.Test;

/**
 * Every field, word, cardinality and length of the specification's tables, against the records, both ways. The tables were read out of
 * the specification (v2.2.1-d2, v2.3.0-ed2); a row is a fact: {@code object,field,type,cardinality,max_length}.
 */
class CensusTest {
    /** Where the records differ from 2.2.1 on purpose; docs/reference/ocpi.md says why. */
    private static final Map<String, String> DEVIATIONS = Map.of(
            // records of OCMF are longer than 512 characters, and 2.3.0 allows 5000
            "SignedValue.plain_data string 1 512", "SignedValue.plain_data string 1 5000");

    private static final Set<String> OPEN = Set.of("ModuleId", "VersionNumber");

    /** Java's names; JSON does not see them. */
    private static final Map<String, String> NAMES = Map.of("EVSE", "Evse", "CDR", "Cdr", "ModuleID", "ModuleId");

    private record Row(String object, String field, String type, String cardinality, String maxLength) {
        boolean isWord() {
            return type.equals("enum");
        }

        String text() {
            return object + "." + field + " " + type + " " + cardinality + " " + maxLength;
        }
    }

    @Test
    void recordsHaveEveryFieldOfTheTablesAndNoOther() {
        Map<String, Set<String>> tables = new TreeMap<>();
        for (Row row : rows("2.2.1")) {
            if (!row.isWord()) {
                tables.computeIfAbsent(row.object(), name -> new TreeSet<>())
                        .add(DEVIATIONS.getOrDefault(row.text(), row.text()));
            }
        }
        Map<String, Set<String>> records = new TreeMap<>();
        tables.keySet().forEach(name -> records.put(name, fieldsOf(name)));

        assertThat(records).isEqualTo(tables);
        assertThat(tables).hasSize(48);
        assertThat(tables.values().stream().mapToInt(Set::size).sum()).isEqualTo(270);
    }

    @Test
    void enumsHaveEveryWordOfTheTablesAndNoOther() {
        Map<String, Set<String>> tables = new TreeMap<>();
        for (Row row : rows("2.2.1")) {
            if (row.isWord()) {
                tables.computeIfAbsent(row.object(), name -> new TreeSet<>()).add(row.field());
            }
        }
        // 2.3.0 is spoken, too
        Objects.requireNonNull(tables.get("VersionNumber")).add("2.3.0");
        Map<String, Set<String>> enums = new TreeMap<>();
        tables.keySet().forEach(name -> enums.put(name, new TreeSet<>(Shape.words(type(name)))));

        assertThat(enums).isEqualTo(tables);
        assertThat(tables).hasSize(31);
    }

    @Test
    void everyRecordAndEnumOfTheModelIsInTheTables() throws IOException {
        Set<String> classes = new TreeSet<>();
        var folder = java.nio.file.Path.of("target/classes/org/chargeproof/ocpi/model");
        try (var files = java.nio.file.Files.list(folder)) {
            files.map(file -> file.getFileName().toString().replace(".class", ""))
                    .filter(name -> !name.equals("package-info"))
                    .forEach(classes::add);
        }
        Set<String> tables = new TreeSet<>();
        rows("2.2.1").forEach(row -> tables.add(NAMES.getOrDefault(row.object(), row.object())));

        assertThat(classes).isEqualTo(tables);
    }

    @Test
    void everyDifferenceOf230IsNamedWithWhatBecomesOfIt() {
        Map<String, Row> before = byField("2.2.1");
        Map<String, Row> after = byField("2.3.0");
        Set<String> differences = new TreeSet<>();
        before.forEach((field, row) -> {
            Row then = after.get(field);
            if (then == null) {
                differences.add(field + ",removed");
            } else if (!then.text().equals(row.text())) {
                differences.add(field + ",changed");
            }
        });
        after.keySet().stream()
                .filter(field -> !before.containsKey(field))
                .forEach(field -> differences.add(field + ",added"));

        Set<String> named = new TreeSet<>();
        for (CSVRecord row : csv("differences-2.3.0.csv")) {
            named.add(row.get("field") + "," + row.get("difference"));
            assertThat(row.get("becomes")).as(row.get("field")).isNotBlank();
        }
        assertThat(named).isEqualTo(differences);
    }

    private static Map<String, Row> byField(String version) {
        Map<String, Row> rows = new LinkedHashMap<>();
        rows(version).forEach(row -> rows.put(row.object() + "." + row.field(), row));
        return rows;
    }

    private static Set<String> fieldsOf(String object) {
        Set<String> fields = new TreeSet<>();
        for (Shape.Field field : Shape.of(type(object)).fields()) {
            String cardinality = switch (field.cardinality()) {
                case ONE -> "1";
                case MAYBE -> "?";
                case MANY -> "*";
                case SOME -> "+";
            };
            String max = field.maxLength() == 0 ? "" : String.valueOf(field.maxLength());
            fields.add(new Row(object, field.name(), word(field.type()), cardinality, max).text());
        }
        return fields;
    }

    private static String word(Shape.Kind kind) {
        return switch (kind) {
            case Shape.Kind.Ci ci -> "CiString";
            case Shape.Kind.Str text -> "string";
            case Shape.Kind.Address url -> "URL";
            case Shape.Kind.Time time -> "DateTime";
            case Shape.Kind.Decimal number -> "number";
            case Shape.Kind.Whole whole -> "int";
            case Shape.Kind.Truth truth -> "boolean";
            case Shape.Kind.OneOf oneOf -> specified(oneOf.type());
            case Shape.Kind.Open open -> {
                assertThat(OPEN).contains(open.type().getSimpleName());
                yield specified(open.type());
            }
            case Shape.Kind.Of of -> specified(of.type());
        };
    }

    private static String specified(Class<?> type) {
        for (var name : NAMES.entrySet()) {
            if (name.getValue().equals(type.getSimpleName())) {
                return name.getKey();
            }
        }
        return type.getSimpleName();
    }

    private static Class<?> type(String object) {
        try {
            return Class.forName(Location.class.getPackageName() + "." + NAMES.getOrDefault(object, object));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(object + " of the specification has no record", e);
        }
    }

    private static List<Row> rows(String version) {
        List<Row> rows = new ArrayList<>();
        for (CSVRecord row : csv("census-" + version + ".csv")) {
            rows.add(new Row(
                    row.get("object"),
                    row.get("field"),
                    row.get("type"),
                    row.get("cardinality"),
                    row.get("max_length")));
        }
        return rows;
    }

    static List<CSVRecord> csv(String name) {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(CensusTest.class.getResourceAsStream(name), name), StandardCharsets.UTF_8)) {
            return format.parse(in).getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
