package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.operator.network.process.BesuFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The demonstration on a Besu network of its own; {@link BesuNetworkIT} tries its parts in less time. */
@EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
@Isolated("eight processes in real time: others would make their timesteps late")
class BesuDemoIT {
    /** QBFT, as {@link BesuNetworkIT} has IBFT 2.0; what is reported does not depend on it. */
    @Test
    void everyTimestepIsFinalAlthoughAValidatorAndItsOracleAreKilled(@TempDir Path folder) throws IOException {
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
    }
}
