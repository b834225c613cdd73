package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chargeproof.cli.demo.SmallDemo.assertKeptAndProven;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.cli.demo.ledger.EmbeddedLedger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration as people start it: the command line, a real ledger, real processes. */
class DemoIT {
    @TempDir
    private Path folder;

    @Test
    void keepsEveryPromiseAndProvesEveryPlan() throws IOException {
        JsonNode report = run(0, List.of());

        assertThat(report.get("ledger").asText()).isEqualTo("embedded");
        assertThat(report.get("operators").asInt()).isEqualTo(4);
        assertThat(report.get("groups").asInt()).isEqualTo(4);
        assertThat(report.get("chargePoints").asInt()).isEqualTo(24);
        assertThat(report.get("timesteps").asInt()).isEqualTo(12);
        assertThat(report.get("finalTimesteps").asInt()).isEqualTo(12);
        assertThat(report.get("accepted").asInt()).isPositive();
        assertThat(report.get("reservations").asInt()).isPositive();
        assertThat(report.get("requests").asInt())
                .isEqualTo(
                        report.get("accepted").asInt() + report.get("refused").asInt());
        assertThat(report.get("deliveredWh").asLong()).isPositive();
        assertKeptAndProven(report, 48);
        assertThat(report.get("handedOverPlans").asInt()).isEqualTo(12 * 4);
        // over OCPI, all of it
        assertThat(report.at("/doors/profilesSet").asInt()).isPositive();
        assertThat(report.at("/doors/profilesConfirmed")).isEqualTo(report.at("/doors/profilesSet"));
        assertThat(report.at("/doors/fallbacksApplied").asInt()).isZero();
        assertThat(report.get("missedAtSilentWh").asLong()).isZero();
        // put in by HTTP, planned by the oracles, and followed
        assertThat(report.at("/hems/inputs").asInt()).isGreaterThan(24);
        assertThat(report.at("/hems/batteryTimesteps").asInt()).isPositive();
        assertThat(report.at("/hems/phaseLimitW").asInt()).isPositive();
        assertThat(report.at("/hems/phasePeakW").asInt()).isPositive();
        assertThat(report.at("/hems/timestepsOverPhase").asInt()).isZero();
        assertThat(report.at("/secondOpinion/plans").asInt()).isPositive();
        assertThat(report.at("/secondOpinion/differences").asInt()).isZero();
        assertThat(report.at("/gas/perTimestepMedian").asLong()).isBetween(150_000L, 400_000L);
    }

    @Test
    void getsOverChargePointsThatMisbehave() throws IOException {
        JsonNode report = run(0, List.of("--stations", "flaky", "--hours", "6"));

        assertThat(report.get("finalTimesteps").asInt()).isEqualTo(24);
        // missed counts those that behave
        assertKeptAndProven(report, 96);
        assertThat(report.get("secondsOverLimit").asLong()).isZero();
        assertThat(report.at("/doors/profilesRejected").asInt()).isPositive();
        assertThat(report.at("/doors/late").asInt()).isPositive();
        assertThat(report.at("/doors/notApplied").asInt()).isPositive();
        assertThat(report.at("/doors/fallbacksApplied").asInt()).isPositive();
    }

    @Test
    void getsOverOneThatFallsSilent() throws IOException {
        JsonNode report = run(0, List.of("--silent", "1", "--hours", "2"));

        assertThat(report.get("finalTimesteps").asInt()).isEqualTo(8);
        assertKeptAndProven(report, 32);
        // half-way the setpoints of the running timestep are out: those of the four after it are not handed over by the
        // one that stopped
        assertThat(report.get("silentTimesteps").asInt()).isEqualTo(4);
        assertThat(report.get("handedOverPlans").asInt()).isEqualTo(8 * 4 - 4);
        assertThat(report.get("missedAtSilentWh").asLong()).isPositive();
    }

    @Test
    void fallsBackWhenTooManyLie() throws IOException {
        JsonNode report = run(1, List.of("--byzantine", "2", "--hours", "1"));

        assertThat(report.get("finalTimesteps").asInt()).isZero();
        assertThat(report.get("fallbackTimesteps").asInt()).isEqualTo(4);
        assertThat(report.get("overLimitWh").asLong()).isZero();
        assertThat(report.get("handedOverFallbacks").asInt()).isEqualTo(4 * 4);
        assertThat(report.get("silentTimesteps").asInt()).isZero();
        assertThat(report.get("deliveredWh").asLong()).isPositive();
        assertThat(report.at("/audit/match").asInt()).isZero();
        assertThat(report.at("/audit/mismatch").asInt()).isZero();
        assertThat(report.at("/audit/missing").asInt()).isEqualTo(16);
    }

    @Test
    void runsOnSessionsOfAFileAndGetsOverOneLiar() throws IOException {
        Path file = folder.resolve("sessions.csv");
        Files.writeString(file, """
                session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure
                1,A,A-1,u1,2024-05-06T00:10:00,2024-05-06T02:50:00,8.5,,
                2,A,A-2,u2,2024-05-06T00:20:00Z,2024-05-06T01:40:00Z,3,4.5,2024-05-06T01:50:00
                3,B,B-1,u1,2024-05-06T00:31:00,2024-05-06T00:40:00,0.4,,
                4,B,B-1,u3,2024-05-06T00:50:00,2024-05-06T02:59:00,5,,
                """);

        JsonNode report = run(
                0,
                List.of(
                        "--sessions",
                        file.toString(),
                        "--day",
                        "2024-05-06",
                        "--hours",
                        "3",
                        "--limit",
                        "100",
                        "--byzantine",
                        "1"));

        assertThat(report.get("groups").asInt()).isEqualTo(2);
        assertThat(report.get("chargePoints").asInt()).isEqualTo(3);
        // the third is shorter than a timestep
        assertThat(report.get("requests").asInt()).isEqualTo(3);
        assertThat(report.get("deliveredWh").asLong()).isEqualTo(8_500 + 4_500 + 5_000);
        assertThat(report.get("finalTimesteps").asInt()).isEqualTo(12);
        assertKeptAndProven(report, 24);
        // the liar leads three of twelve timesteps: the next in the rotation takes over
        assertThat(report.at("/seconds/gateToFinalMax").asDouble())
                .isGreaterThan(report.at("/seconds/gateToFinalMedian").asDouble());
    }

    /** {@link BesuDemoIT} tries more, and takes longer. {@link BuildAnAppIT} has such a ledger with each build. */
    @Test
    @EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
    void runsOnALedgerWhoseTimeCannotBeMoved() throws IOException {
        try (var ledger = EmbeddedLedger.startWithBlocksEverySecond()) {
            JsonNode report = run(
                    0, List.of("--ledger", ledger.url(), "--timestep-seconds", "12", "--hours", "1", "--groups", "2"));

            assertThat(report.get("ledger").asText()).isEqualTo(ledger.url());
            assertThat(report.get("finalTimesteps").asInt()).isEqualTo(4);
            assertKeptAndProven(report, 8);
        }
    }

    private JsonNode run(int exitCode, List<String> options) throws IOException {
        return SmallDemo.run(folder, exitCode, options);
    }
}
