package org.chargeproof.ocpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.csv.CSVRecord;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.json.Shape;
import org.chargeproof.ocpi.model.Location;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The specification's own examples, as {@code examples.csv} classifies them: {@code ok} is read, {@code erratum} is refused at the field
 * that is named, {@code tolerated} is read though it is not as the specification wants it, and {@code refused} is as it wants it and
 * not taken here. No example is kept here: set the system
 * property {@code chargeproof.ocpi.examples}, or {@code CHARGEPROOF_OCPI_EXAMPLES}, to a folder with the folders {@code 2.2.1} and
 * {@code 2.3.0}, which hold the files of {@code examples/} of the tags {@code v2.2.1-d2} and {@code v2.3.0-ed2} of github.com/ocpi/ocpi.
 */
class ExamplesTest {
    @ParameterizedTest
    @EnumSource(Edge.class)
    void everyExampleIsAsItIsClassified(Edge edge) throws IOException {
        String root = System.getProperty(
                "chargeproof.ocpi.examples", System.getenv().getOrDefault("CHARGEPROOF_OCPI_EXAMPLES", ""));
        if (root.isEmpty()) {
            System.err.println("NOT TESTED: the examples of OCPI " + edge.version()
                    + ". Set chargeproof.ocpi.examples to a folder with them.");
        }
        assumeThat(root).as("the folder of OCPI's examples").isNotEmpty();
        Path folder = Path.of(root, edge.version());
        var classified = new TreeMap<String, CSVRecord>();
        for (CSVRecord row : CensusTest.csv("examples.csv")) {
            if (row.get("version").equals(edge.version())) {
                classified.put(row.get("file"), row);
            }
        }
        var files = new TreeSet<String>();
        try (var found = Files.list(folder)) {
            found.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .forEach(files::add);
        }
        assertThat(classified.keySet()).isEqualTo(files);

        Map<String, Integer> figures = new TreeMap<>();
        List<String> surprises = new ArrayList<>();
        for (CSVRecord row : classified.values()) {
            String problem = problem(edge, row, Files.readAllBytes(folder.resolve(row.get("file"))));
            boolean isRefused =
                    row.get("verdict").equals("erratum") || row.get("verdict").equals("refused");
            if (isRefused ? !problem.startsWith(row.get("field") + ":") : !problem.isEmpty()) {
                surprises.add(
                        row.get("file") + " is " + row.get("verdict") + " " + row.get("field") + ", but: " + problem);
            }
            assertThat(row.get("verdict").equals("ok") || !row.get("reason").isBlank())
                    .as(row.get("file"))
                    .isTrue();
            figures.merge(row.get("verdict"), 1, Integer::sum);
        }
        assertThat(surprises).isEmpty();
        System.out.println("examples of OCPI " + edge.version() + ": " + figures);
    }

    private static String problem(Edge edge, CSVRecord row, byte[] bytes) {
        try {
            read(edge, row, bytes);
            return "";
        } catch (BadObjectException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void read(Edge edge, CSVRecord row, byte[] bytes) {
        String object = row.get("object");
        JsonNode json = OcpiJson.parse(bytes);
        if (object.startsWith("response:")) {
            assertThat(json.path("status_code").asInt()).isEqualTo(1000);
            json = json.get("data");
            object = object.substring("response:".length());
        }
        if (object.startsWith("part:")) {
            // the example shows one field of the object
            readPart(edge, json, type(object.substring("part:".length())));
        } else if (object.startsWith("patch:")) {
            Class<?> type = type(object.substring("patch:".length()));
            Shape.of(type).checkPatch(edge.toOurs(json, type));
        } else {
            Class<?> type = type(object.replace("[]", ""));
            for (JsonNode each : object.endsWith("[]") ? json : List.of(json)) {
                Object ours = OcpiJson.read(edge.toOurs(each, type), type);
                // what was read can be told again, and says the same
                JsonNode theirs = edge.fromOurs(OcpiJson.tree(ours), type);
                assertThat(OcpiJson.read(edge.toOurs(theirs, type), type)).isEqualTo(ours);
            }
        }
    }

    private static void readPart(Edge edge, JsonNode json, Class<?> type) {
        for (Shape.Field field : Shape.of(type).fields()) {
            JsonNode value = json.get(field.name());
            if (value != null && field.type() instanceof Shape.Kind.Of of) {
                Class<?> inner = of.type();
                for (JsonNode each : value.isArray() ? value : List.of(value)) {
                    OcpiJson.read(edge.toOurs(each, inner), inner);
                }
                return;
            }
        }
        OcpiJson.read(edge.toOurs(json, type), type);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(Location.class.getPackageName() + "." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
