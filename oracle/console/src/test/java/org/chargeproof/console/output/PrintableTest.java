package org.chargeproof.console.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class PrintableTest {
    /** Up one line, erase it, and write somebody else's. */
    private static final String FORGED = "Aurora\u001b[1A\u001b[2K1   Nordlade  0xfa15e\r\n";

    @Test
    void whatCanBeSeenStays() {
        assertThat(Printable.of("Müller & Søn, 充電 (Ελλάδα) \\u202e")).isEqualTo("Müller & Søn, 充電 (Ελλάδα) \\u202e");
        assertThat(Printable.of("\ud83d\ude97 E")).isEqualTo("\ud83d\ude97 E");
    }

    @Test
    void whatForgesIsShown() {
        assertThat(Printable.of(FORGED)).isEqualTo("Aurora\\u001b[1A\\u001b[2K1   Nordlade  0xfa15e\\u000d\\u000a");
        assertThat(Printable.of("abc\u202edef\u2066\u200b\ufeff")).isEqualTo("abc\\u202edef\\u2066\\u200b\\ufeff");
        assertThat(Printable.of("\u0085\u007f\u009b31m")).isEqualTo("\\u0085\\u007f\\u009b31m");
        // a line of its own, a tag, a private one, one that is none, and half of one
        assertThat(Printable.of("\u2028\udb40\udc41\ue000\uffff\ud83d"))
                .isEqualTo("\\u2028\\udb40\\udc41\\ue000\\uffff\\ud83d");
        // spaces that look like others, and letters that look like nothing
        assertThat(Printable.of("\u00a0\u3000\u3164\u115f\ufe0f")).isEqualTo("\\u00a0\\u3000\\u3164\\u115f\\ufe0f");
    }

    @Test
    void theLengthIsBounded() {
        assertThat(Printable.of("x".repeat(300))).isEqualTo("x".repeat(300));
        assertThat(Printable.of("x".repeat(5_000_000))).isEqualTo("x".repeat(300) + "... (4999700 more characters)");
        assertThat(Printable.of("x".repeat(299) + "\ud83d\ude97y")).startsWith("x".repeat(299) + "...");
    }

    /** Whatever bytes come: what comes out moves no cursor, but for lines and tabs. */
    @Test
    void nothingElseReachesATerminal() throws Exception {
        var random = new Random(1);
        for (int run = 0; run < 200; run++) {
            var text = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                text.append((char) (random.nextBoolean() ? random.nextInt(0x3000) : random.nextInt(0x10000)));
            }
            var bytes = new ByteArrayOutputStream();
            try (var out = PrintableWriter.to(new PrintStream(bytes, false, StandardCharsets.UTF_8))) {
                for (int at = 0; at < text.length(); at += 7) {
                    out.print(text.substring(at, Math.min(text.length(), at + 7)));
                }
            }
            String shown = bytes.toString(StandardCharsets.UTF_8);
            assertThat(shown).isEqualTo(Printable.lines(text));
            assertThat(shown.chars().filter(c -> c != '\n' && c != '\t'))
                    .noneMatch(Character::isISOControl)
                    .noneMatch(c -> Character.getType(c) == Character.FORMAT);
        }
    }

    @Test
    void logsAreSafeToRead() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var appender = (ConsoleAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR");
        var encoder = (PatternLayoutEncoder) appender.getEncoder();
        var event = new LoggingEvent(
                "",
                context.getLogger("org.chargeproof.Test"),
                ch.qos.logback.classic.Level.WARN,
                "the node says {}",
                new IllegalStateException("no\u001b[2J" + "\u202e"),
                new Object[] {FORGED});
        String line = new String(encoder.encode(event), StandardCharsets.UTF_8);
        assertThat(line)
                .contains("the node says Aurora\\u001b[1A")
                .contains("0xfa15e\\u000d\\u000a")
                .contains("IllegalStateException: no\\u001b[2J\\u202e")
                .doesNotContain("\u001b", "\u202e", "\r");
    }
}
