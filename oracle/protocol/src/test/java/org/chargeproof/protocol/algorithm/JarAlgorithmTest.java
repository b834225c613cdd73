package org.chargeproof.protocol.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.chargeproof.protocol.algorithm.AlgorithmException.Kind;
import org.chargeproof.protocol.encoding.Sha256;
import org.junit.jupiter.api.Test;

class JarAlgorithmTest {
    private static final String REVERSE =
            "byte[] out = new byte[in.length]; for (int i = 0; i < in.length; i++) out[i] = in[in.length - 1 - i]; return out;";

    @Test
    void runsAllGroupsInTheirOrder() {
        assertThat(load(TestJars.of(REVERSE, "")).plan(List.of(ascii("abc"), ascii("xyz"), ascii(""))))
                .containsExactly(ascii("cba"), ascii("zyx"), ascii(""));
    }

    @Test
    void refusesOtherBytesThanTheIdSays() {
        byte[] jar = TestJars.of(REVERSE, "");
        var id = Sha256.of(jar);
        jar[jar.length - 1] ^= 1;
        assertThatThrownBy(() -> JarAlgorithm.load(id, jar, 1)).hasMessageContaining("have SHA-256");
    }

    @Test
    void readsTheVersionOfItsInputsFromTheManifest() {
        var classes = TestJars.classes(REVERSE, "");
        assertThat(load(TestJars.jar("bad/A", classes)).inputVersion()).isEqualTo(1);
        assertThat(load(versioned("1")).inputVersion()).isEqualTo(1);
        assertThat(load(versioned("2")).inputVersion()).isEqualTo(2);
        for (String unknown : List.of("0", "99", "02", "2.0", "")) {
            assertThatThrownBy(() -> load(versioned(unknown)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Input-Version: " + unknown);
        }
    }

    @Test
    void cannotChangeItsInput() {
        byte[] input = {1, 2, 3};
        load(TestJars.of("in[0] = 9; return in;", "")).plan(List.of(input));
        assertThat(input).containsExactly(1, 2, 3);
    }

    @Test
    void outlivesWhatRunsOutOrFails() {
        var deep = load(TestJars.of("return run(in);", ""));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> deep.plan(List.of(new byte[1])))
                    .isInstanceOfSatisfying(
                            AlgorithmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BOUND))
                    .hasMessageContaining("StackOverflowError");
        }
        var large = load(TestJars.of("return new byte[Integer.MAX_VALUE];", ""));
        assertThatThrownBy(() -> large.plan(List.of(new byte[1]))).hasMessageContaining("OutOfMemoryError");
        var plan = load(TestJars.of("return new byte[(16 << 20) + 1];", ""));
        assertThatThrownBy(() -> plan.plan(List.of(new byte[1]))).hasMessageContaining("16777217 bytes");
        var nothing = load(TestJars.of("return null;", ""));
        assertThatThrownBy(() -> nothing.plan(List.of(new byte[1]))).hasMessageContaining("gave nothing");
        var failing = load(TestJars.of("throw new IllegalStateException(\"out of\\u001b[2J luck\");", ""));
        assertThatThrownBy(() -> failing.plan(List.of(new byte[1])))
                .isInstanceOfSatisfying(
                        AlgorithmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
                .hasMessageEndingWith("failed: IllegalStateException: out of [2J luck");
    }

    @Test
    void givesUpWhatTakesTooLongAndPilesUpNothing() {
        byte[] jar = TestJars.of("int i = 0; while (in.length > 1) { i++; } return in;", "");
        var algorithm = JarAlgorithm.load(Sha256.of(jar), jar, 2, Duration.ofMillis(300));
        assertThat(algorithm.plan(List.of(new byte[1], new byte[1]))).hasSize(2);
        assertThatThrownBy(() -> algorithm.plan(List.of(new byte[2], new byte[1])))
                .isInstanceOfSatisfying(
                        AlgorithmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BOUND))
                .hasMessageContaining("took longer than 300 ms");
        long before = threads();
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> algorithm.plan(List.of(new byte[1]))).hasMessageContaining("still busy");
            assertThat(System.nanoTime() - start).isLessThan(200_000_000);
        }
        assertThat(threads()).isEqualTo(before).isLessThanOrEqualTo(2);
        // another algorithm is not held up
        assertThat(load(TestJars.of(REVERSE, "")).plan(List.of(ascii("ab")))).containsExactly(ascii("ba"));
    }

    private static long threads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(t -> t.getKey().getName().startsWith("algorithm-"))
                .filter(t -> t.getValue().length > 0
                        && t.getValue()[0].getClassName().equals("bad.A"))
                .count();
    }

    private static byte[] versioned(String version) {
        return TestJars.jar(
                Map.of("Algorithm-Class", "bad.A", "Input-Version", version), TestJars.classes(REVERSE, ""));
    }

    private static JarAlgorithm load(byte[] jar) {
        return JarAlgorithm.load(Sha256.of(jar), jar, 2);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
