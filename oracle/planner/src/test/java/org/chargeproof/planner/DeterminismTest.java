package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes from the interpreter, each compiler, and any number of processors. */
class DeterminismTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xint",
                "-XX:TieredStopAtLevel=1",
                "-XX:-TieredCompilation",
                "-XX:ActiveProcessorCount=1",
                "-XX:ActiveProcessorCount=2",
                "-XX:ActiveProcessorCount=8"
            })
    void sameHashInEveryVirtualMachine(String option, @TempDir Path directory) throws Exception {
        ChildProcess.Result result =
                ChildProcess.run(List.of(option), DeterminismHash.class, List.of(), new byte[0], directory);
        assertThat(result.error()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(new String(result.output(), StandardCharsets.UTF_8).strip()).isEqualTo(DeterminismHash.hash());
    }
}
