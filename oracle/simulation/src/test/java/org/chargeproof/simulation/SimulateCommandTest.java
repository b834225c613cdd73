package org.chargeproof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
    private static final String HEADER =
            "session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure\n";

    @TempDir
    private Path folder;

    private record Said(int exitCode, String text) {}

    private static Said run(String... arguments) {
        var text = new StringWriter();
        var command = new CommandLine(new SimulateCommand());
        command.setOut(new PrintWriter(text, true));
        command.setErr(new PrintWriter(text, true));
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setExecutionExceptionHandler((e, c, parsed) -> {
            text.append(e.getMessage());
            return 2;
        });
        return new Said(command.execute(arguments), text.toString());
    }

    @Test
    void generatedSessionsGiveATableAndAReport() throws IOException {
        Path report = folder.resolve("report.json");
        var said = run(
                "--generate",
                "workplace",
                "--groups",
                "2",
                "--points",
                "5",
                "--days",
                "8",
                "--limit",
                "20,50",
                "--rule",
                "uncontrolled,proportional,exact",
                "--report",
                report.toString());
        assertThat(said.exitCode()).as(said.text()).isZero();
        assertThat(said.text()).contains("limit 20 %", "limit 50 %", "proportional", "squares/flat");
        var json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.get("runs")).hasSize(6);
        assertThat(json.get("runs").findValuesAsText("rule"))
                .containsExactly("uncontrolled", "proportional", "exact", "uncontrolled", "proportional", "exact");
        assertThat(json.get("runs").get(2).get("missedWh").asLong()).isZero();
        assertThat(json.get("runs").get(0).get("sumOfSquaresOfFlat").asDouble()).isGreaterThan(1);
    }

    /** Drivers' own words and what happened: one asks for more and says that it stays longer. */
    @Test
    void statedInputsAreTheDriversAndActualOnesWhatHappened() throws IOException {
        Path file = folder.resolve("sessions.csv");
        Files.writeString(
                file,
                HEADER
                        + "1,A,E1,u1,2026-03-02T08:03:00,2026-03-02T10:15:00,6.0,12,2026-03-02T16:00:00\n"
                        + "2,A,E2,u2,2026-03-02T08:20:00,2026-03-02T12:00:00,5.0,,\n"
                        + "3,A,E2,u3,2026-03-02T13:01:00,2026-03-02T13:12:00,0.5,,\n");
        var actual =
                run("--sessions", file.toString(), "--least-points", "1", "--limit", "100", "--rule", "exact:flat");
        assertThat(actual.exitCode()).as(actual.text()).isZero();
        assertThat(actual.text())
                .contains("2 requests for 11 kWh", "1 stays too short")
                .contains("100.00");
        var stated = run(
                "--sessions",
                file.toString(),
                "--least-points",
                "1",
                "--limit",
                "100",
                "--rule",
                "exact:flat",
                "--inputs",
                "stated");
        // a flat plan until 16 o'clock gives half of it by a quarter past ten
        assertThat(stated.text()).containsPattern("exact:flat +100.00 +[4-9][0-9]\\.[0-9]+ +0 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--limit 0 --generate home | --limit is 0; it must be from 1 to 100",
                "--limit 101 --generate home | --limit is 101",
                "--rule best --generate home | there is no rule 'best'. Rules are exact, uncontrolled",
                "--rule exact:peak=50 --generate home | 'peak=50' is no policy: it must be one of flat",
                "--pv -1 --generate home | --pv is -1; it must be from 0 to 10",
                "--leave-early half --generate home | two percentages such as 50:50",
                "--leave-early 50:101 --generate home | second number is 101; it must be from 0 to 100",
                "--ask-more 0.5 --generate home | --ask-more is 0.5; it must be from 1 to 10",
                "--rule exact | no sessions are given",
                "--generate home --days 0 | --days is 0",
                "--generate home --sessions x.csv | exclude each other",
                "--sessions x.csv --points 3 | --points goes with --generate",
                "--sessions missing.csv | cannot read missing.csv",
                "--generate home --report /nowhere/r.json | cannot be written"
            })
    void refusesBadInput(String arguments, String message) {
        var said = run(arguments.split(" ", -1));
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.text()).contains(message);
    }

    @Test
    void refusesFilesThatAreNoTypicalYear() throws IOException {
        Path file = folder.resolve("pv.csv");
        Files.writeString(file, "step,kw\n0,0.1\n1,0.2\n");
        assertThat(run("--generate", "home", "--pv", "1", "--pv-file", file.toString())
                        .text())
                .contains("has 2 rows. A typical year has 8,760 (hours) or 35,040");
        Files.writeString(file, "step,kw\n0,0.1\n1,sun\n");
        assertThat(run("--generate", "home", "--pv", "1", "--pv-file", file.toString())
                        .text())
                .contains("line 3: 'sun' is no power");
    }
}
