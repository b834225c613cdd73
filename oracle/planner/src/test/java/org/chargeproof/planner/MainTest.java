package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process: bytes in, bytes out, exit codes. */
class MainTest {
    private static final GroupInput INPUT = Instances.random(5, Instances.Scale.MEDIUM, Instances.Shape.SMOOTH);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void writesThePlansOfAllInputs() throws Exception {
        ByteArrayOutputStream inputs = new ByteArrayOutputStream();
        for (int seed = 0; seed < 5; seed++) {
            inputs.writeBytes(Instances.random(seed, Instances.Scale.MEDIUM).encode());
        }
        ChildProcess.Result result = run(inputs.toByteArray());
        assertThat(result.error()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.output()).isEqualTo(Algorithm.run(inputs.toByteArray()));
    }

    @Test
    void refusesTruncatedInput() throws Exception {
        byte[] bytes = INPUT.encode();
        assertRefused(Arrays.copyOf(bytes, bytes.length - 1), "Send the frame whole");
    }

    @Test
    void refusesWrongMagic() throws Exception {
        byte[] bytes = INPUT.encode();
        bytes[3] = '1';
        assertRefused(bytes, "magic at offset 0 is 0x43504931, expected CPI2");
    }

    @Test
    void refusesUnsortedSessions() throws Exception {
        byte[] bytes = INPUT.encode();
        int steps = INPUT.stepCount();
        // the first charge point, now above all others
        ByteBuffer.wrap(bytes).putInt(22 + steps + 20 * steps + 2, Integer.MAX_VALUE);
        assertThat(INPUT.sessions().size()).isGreaterThan(1);
        assertRefused(bytes, "unsorted");
    }

    /** A valid input before it does not help: nothing is written. */
    @Test
    void refusesStrayBytes() throws Exception {
        byte[] bytes = INPUT.encode();
        assertRefused(Arrays.copyOf(bytes, bytes.length + 3), "3 stray or truncated bytes at offset " + bytes.length);
    }

    @Test
    void refusesEmptyInput() throws Exception {
        assertRefused(new byte[0], "0 bytes");
    }

    @Test
    void printsHelpAndVersion() throws Exception {
        ChildProcess.Result help = run(new byte[0], "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(new String(help.output(), StandardCharsets.UTF_8)).startsWith("Usage: java -jar planner.jar");
        ChildProcess.Result version = run(new byte[0], "--version");
        assertThat(version.exitCode()).isZero();
        assertThat(new String(version.output(), StandardCharsets.UTF_8)).contains("CPI2", "CPP2");
    }

    @Test
    void refusesUnknownArguments() throws Exception {
        ChildProcess.Result result = run(INPUT.encode(), "--fast");
        assertThat(result.exitCode()).isEqualTo(64);
        assertThat(result.output()).isEmpty();
        assertThat(result.error()).contains("--fast", "--help");
    }

    private void assertRefused(byte[] bytes, String message) throws Exception {
        ChildProcess.Result result = run(bytes);
        assertThat(result.exitCode()).isEqualTo(65);
        assertThat(result.output()).isEmpty();
        assertThat(result.error()).startsWith("planner: ").contains(message).doesNotContain("\tat ");
    }

    private ChildProcess.Result run(byte[] input, String... arguments) throws Exception {
        return ChildProcess.run(List.of("-XX:TieredStopAtLevel=1"), Main.class, List.of(arguments), input, directory);
    }
}
