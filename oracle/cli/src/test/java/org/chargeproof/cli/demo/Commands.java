package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chargeproof.cli.Main;
import org.chargeproof.console.output.PrintableWriter;

/** Commands as people give them, with what they say. */
final class Commands {
    private Commands() {}

    /** Runs a command. @return all that it said */
    static String run(int exitCode, List<String> arguments) {
        return run(exitCode, arguments.toArray(String[]::new));
    }

    /** Runs a command. @return all that it said */
    static String run(int exitCode, String... arguments) {
        var said = new ByteArrayOutputStream();
        var both = PrintableWriter.to(new PrintStream(said, true, StandardCharsets.UTF_8));
        int code = Main.run(System.getenv(), both, both, arguments);
        both.flush();
        assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isEqualTo(exitCode);
        return said.toString(StandardCharsets.UTF_8);
    }
}
