package org.chargeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.chargeproof.console.output.PrintableWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @Test
    void everyCommandTellsTheVersion() {
        assertThat(said(0, "-V")).contains("chargeproof 0.1.0", "built from ", "planner ", "Java 25");
        assertThat(said(0, "oracle", "-V")).contains("chargeproof 0.1.0");
        assertThat(said(0, "consortium", "vote", "--version")).contains("chargeproof 0.1.0");
        assertThat(said(0, "network", "up", "-h")).contains("--config=FILE", "CHARGEPROOF_NETWORK_UP_");
    }

    @Test
    void takesOptionsFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("oracle.toml"), "rcp = \"http://127.0.0.1:9\"\n");
        assertThat(said(2, "oracle", "--config", file.toString()))
                .contains("oracle.toml, line 1: there is no setting 'rcp'. Maybe rpc.");
        Files.writeString(file, """
                rpc = "http://127.0.0.1:9"
                contract = "0x0000000000000000000000000000000000000001"
                data = "data"
                charge-rpc = false
                events = "Headers"
                """);
        assertThat(said(2, "oracle", "--config", file.toString())).contains("whose transactions?");
    }

    private static String said(int exitCode, String... arguments) {
        var said = new ByteArrayOutputStream();
        var both = PrintableWriter.to(new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(Main.run(Map.of(), both, both, arguments)).isEqualTo(exitCode);
        both.flush();
        return said.toString(StandardCharsets.UTF_8);
    }

    /** What comes from elsewhere is in messages of all kinds; here it comes from the command line itself. */
    @Test
    void nothingMovesTheCursorOfWhoLooks() {
        assertThat(said(2, "consortium", "vote\u001b[2K\u202e\r"))
                .contains("vote\\u001b[2K\\u202e\\u000d")
                .doesNotContain("\u001b", "\u202e", "\r");
    }
}
