package org.chargeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
    /** What comes from elsewhere is in messages of all kinds; here it comes from the command line itself. */
    @Test
    void nothingMovesTheCursorOfWhoLooks() {
        var said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = Main.run("consortium", "vote\u001b[2K\u202e\r");
        } finally {
            System.setErr(err);
        }
        assertThat(code).isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("vote\\u001b[2K\\u202e\\u000d")
                .doesNotContain("\u001b", "\u202e", "\r");
    }
}
