package org.chargeproof.operator.network.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    private Path temporary;

    @Test
    void findsTheProcessAgain() {
        var file = new PidFile(temporary.resolve("pid"));
        file.write(ProcessHandle.current());

        assertThat(new PidFile(temporary.resolve("pid")).process()).hasValue(ProcessHandle.current());
    }

    @Test
    void takesNoOtherProcessForIt() throws IOException {
        Path path = temporary.resolve("pid");
        Files.writeString(path, ProcessHandle.current().pid() + "\n" + Instant.parse("2026-01-01T00:00:00Z") + "\n");

        assertThat(new PidFile(path).process()).isEmpty();
    }

    @Test
    void nothingCanBeReadFromNonsense() throws IOException {
        Path path = temporary.resolve("pid");
        assertThat(new PidFile(path).process()).isEmpty();
        Files.writeString(path, "x\ny\n");
        assertThat(new PidFile(path).process()).isEmpty();
        Files.writeString(path, "1\ny\n");
        assertThat(new PidFile(path).process()).isEmpty();
    }
}
