package org.chargeproof.console.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    @Test
    void whereNobodyLooksEachLineStaysAndFits() {
        assertThat(said(false))
                .isEqualTo(("first%n" + "x".repeat(ProgressLine.MOST_CHARACTERS) + "%n\\u001b[2J%n").formatted());
    }

    @Test
    void onATerminalTheNextOneReplacesItWhole() {
        String said = said(true);

        assertThat(said).startsWith("\rfirst ").endsWith(System.lineSeparator()).doesNotContain("\u001b");
        assertThat(said.strip().split("\r"))
                .hasSize(3)
                .allMatch(line -> line.stripTrailing().length() <= ProgressLine.MOST_CHARACTERS);
        assertThat(said.lines().filter(line -> !line.isBlank())).hasSize(3);
    }

    @Test
    void countsAgree() {
        assertThat(Count.of(1, "group")).isEqualTo("1 group");
        assertThat(Count.of(0, "group")).isEqualTo("0 groups");
        assertThat(Count.of(2, "final plan differs", "final plans differ")).isEqualTo("2 final plans differ");
    }

    private static String said(boolean terminal) {
        var said = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        var out = PrintableWriter.to(System.out);
        try (var line = new ProgressLine(out, terminal)) {
            line.tell("first");
            line.tell("x".repeat(200));
            line.tell("\u001b[2J");
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
