package org.chargeproof.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
    private static final String HEADER =
            "session_id,group_id,evse_id,user_id,plug_in,plug_out,energy_kwh,requested_kwh,requested_departure\n";
    private static final String ROW = "1,garage,A,u,2019-12-20T10:00:00,2019-12-20T12:00:00,5.5,,\n";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aByteOrderMarkIsSkipped() throws IOException {
        assertThat(SessionFile.read(file("\uFEFF" + HEADER + ROW)).sessions()).hasSize(1);
        assertThat(SessionFile.read(file(HEADER + ROW)).sessions()).hasSize(1);
    }

    @Test
    void anOpenQuoteIsTold() throws IOException {
        Path file = file(HEADER + ROW + "\"2,garage");
        assertThatThrownBy(() -> SessionFile.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("as CSV: ");
    }

    @Test
    void anotherEncodingIsTold() throws IOException {
        Path file = Files.write(
                folder.resolve("latin.csv"),
                (HEADER + ROW.replace("garage", "H\u00f6tel")).getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SessionFile.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("it is not UTF-8");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("sessions.csv"), text);
    }
}
