package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.planner.Algorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanDumpTest {
    private final Scenario network = Scenario.deployed();

    @TempDir
    private Path folder;

    @Test
    void writesWhatTheAlgorithmTakesAndGives() throws IOException {
        network.next();
        network.run(2);
        var range = Scenario.groups(1);
        var nothing = new PrintWriter(new StringWriter());
        var dump = new PlanDump(folder.resolve("new"), range);
        network.audit(range, new AuditOutput(nothing, nothing, Scenario.PARAMETERS, true, dump));
        for (int timestep = Scenario.FIRST; timestep < Scenario.FIRST + 2; timestep++) {
            Path files = folder.resolve("new").resolve(timestep + "-group-1");
            byte[] input = Files.readAllBytes(Path.of(files + ".input"));
            assertThat(Files.readAllBytes(Path.of(files + ".plan"))).isEqualTo(Algorithm.run(input));
            assertThat(Files.readString(Path.of(files + ".certificate.txt")))
                    .contains("certificate holds", "leastPeakWh", "\n95 ");
        }
        try (var files = Files.list(folder.resolve("new"))) {
            assertThat(files).hasSize(6);
        }
    }

    @Test
    void saysWhenNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new PlanDump(file, AuditRange.everything()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(file.toString());
    }
}
