package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.operator.network.process.BesuFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The demonstration on a real network of nodes. */
@ResourceLock(BesuFixture.LOCK)
class DemoOnBesuIT {
    @TempDir
    private Path folder;

    /** QBFT, as IBFT 2.0 has its own test; what is reported does not depend on it. */
    @Test
    void runsOnBesuWhileAValidatorAndItsOracleAreKilled() throws IOException {
        BesuFixture.require();
        JsonNode report = SmallDemo.run(
                folder,
                0,
                List.of(
                        "--ledger",
                        "besu",
                        "--consensus",
                        "qbft",
                        "--silent",
                        "1",
                        "--timestep-seconds",
                        "16",
                        "--hours",
                        "1",
                        "--groups",
                        "2",
                        "--points",
                        "4"));

        assertThat(report.get("ledger").asText()).isEqualTo("besu");
        assertThat(report.get("accepted").asInt()).isPositive();
        assertThat(report.get("deliveredWh").asLong()).isPositive();
        assertThat(report.get("finalTimesteps").asInt()).isEqualTo(4);
        SmallDemo.assertKeptAndProven(report, 8);
        // the same report as on the embedded ledger
        JsonNode embedded = SmallDemo.run(folder, 0, List.of("--hours", "1", "--groups", "2"));
        assertThat(report.fieldNames()).toIterable().containsExactlyElementsOf(embedded::fieldNames);
    }
}
