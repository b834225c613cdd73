package org.chargeproof.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** That it runs; what it measures is no test's business. */
class PlannerBenchmarkTest {

    @Test
    void printsOneTable() {
        var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        String table = new PlannerBenchmark(new PlannerBenchmark.Effort(6, 20, 1), quiet).run();
        assertThat(table.lines())
                .anyMatch(line -> line.startsWith("plan and certificate, median"))
                .anyMatch(line -> line.startsWith("admission of one request"))
                .anyMatch(line -> line.startsWith("certificate check"))
                .anyMatch(line -> line.startsWith("charge points per second"))
                .anyMatch(line -> line.startsWith("times faster than ojAlgo LP"));
    }

    @Test
    void solvingAllocatesNothing() {
        var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        assertThat(new PlannerBenchmark(new PlannerBenchmark.Effort(30, 1, 1), quiet).bytesPerSolve())
                .isZero();
    }
}
