package org.chargeproof.console.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtExitTest {
    @Test
    void whatWasStartedLastEndsFirstAndAFailureStopsNothing() throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines()).containsExactly("closed", "third", "no second", "first");
    }

    @Test
    void aChildHasASessionOfItsOwnWhereTheSystemHasSuch() {
        assertThat(AtExit.endsWithUs("KILL"))
                .isIn(
                        List.of("/usr/bin/setpriv", "--pdeathsig", "KILL", "/usr/bin/setsid"),
                        List.of("/usr/bin/setpriv", "--pdeathsig", "KILL"),
                        List.of());
    }

    /** Ends with work to do. */
    static final class Program {
        public static void main(String[] arguments) {
            AtExit.run(() -> System.out.println("first"));
            AtExit.run(() -> {
                throw new IllegalStateException("no second");
            });
            AtExit.run(() -> System.out.println("third"));
            AtExit.run(() -> System.out.println("closed")).close();
            System.exit(0);
        }
    }
}
