package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The worst groups of 1,000 charge points that {@code scripts/bench adversary --keep} has found. What is counted is what is looked at, so
 * that the test says the same on every machine.
 */
class AdversarialTest {
    /** Half as much again as the worst that is known. */
    private static final long MOST_WORK = 162_000_000;

    private static final Path GROUPS = Path.of("src", "test", "resources", "adversarial");

    @ParameterizedTest
    @MethodSource("groups")
    void workIsBounded(Path group) throws IOException {
        GroupInput input = read(group);
        assertThat(input.sessions()).hasSize(1_000);
        Solver solver = new Solver();
        solver.solve(input);
        assertThat(solver.work()).isBetween(1L, MOST_WORK);
        long once = solver.work();
        solver.solve(input);
        assertThat(solver.work()).isEqualTo(2 * once);
        // passes its own certificate
        assertThat(new Planner().plan(input).stepCount()).isEqualTo(input.stepCount());
    }

    static List<Path> groups() throws IOException {
        try (var files = Files.list(GROUPS)) {
            return files.filter(file -> file.toString().endsWith(".gz"))
                    .sorted()
                    .toList();
        }
    }

    private static GroupInput read(Path file) throws IOException {
        try (InputStream bytes = new GZIPInputStream(Files.newInputStream(file))) {
            return GroupInput.decode(bytes.readAllBytes());
        }
    }
}
