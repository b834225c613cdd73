package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.cli.Main;

/** A small demonstration from the command line, and its report. */
final class SmallDemo {
    private static final List<String> SMALL =
            List.of("--hours", "3", "--groups", "4", "--points", "6", "--operators", "4", "--seed", "5");

    private SmallDemo() {}

    /**
     * Runs it.
     *
     * @param options added to the usual ones, or in their place
     */
    static JsonNode run(Path folder, int exitCode, List<String> options) throws IOException {
        Path file = folder.resolve("report.json");
        var arguments = new ArrayList<>(List.of("demo", "--report", file.toString()));
        if (!options.contains("--sessions")) {
            for (int i = 0; i < SMALL.size(); i += 2) {
                if (!options.contains(SMALL.get(i))) {
                    arguments.addAll(SMALL.subList(i, i + 2));
                }
            }
        }
        arguments.addAll(options);
        assertThat(Main.run(arguments.toArray(String[]::new))).isEqualTo(exitCode);
        return new ObjectMapper().readTree(file.toFile());
    }

    /** All promises kept, and all plans proven. */
    static void assertKeptAndProven(JsonNode report, int plans) {
        assertThat(report.get("missedWh").asLong()).isZero();
        assertThat(report.get("overLimitWh").asLong()).isZero();
        assertThat(report.get("fallbackTimesteps").asInt()).isZero();
        assertThat(report.at("/audit/plans").asInt()).isEqualTo(plans);
        assertThat(report.at("/audit/match").asInt()).isEqualTo(plans);
        assertThat(report.at("/audit/certificates").asInt()).isEqualTo(plans);
    }
}
