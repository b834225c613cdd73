package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same bytes from the interpreter, each compiler, any number of processors, any order, and a workspace that was used. */
class DeterminismTest {
    private static List<GroupInput> inputs = List.of();
    private static String hash = "";

    @BeforeAll
    static void plan() throws Exception {
        inputs = DeterminismHash.inputs();
        hash = DeterminismHash.hash(inputs, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xint",
                "-XX:TieredStopAtLevel=1",
                "-XX:-TieredCompilation",
                "-XX:ActiveProcessorCount=1",
                "-XX:ActiveProcessorCount=2",
                "-XX:ActiveProcessorCount=8",
                "-XX:ActiveProcessorCount=64"
            })
    void sameHashInEveryVirtualMachine(String option, @TempDir Path directory) throws Exception {
        ChildProcess.Result result =
                ChildProcess.run(List.of(option), DeterminismHash.class, List.of(), new byte[0], directory);
        assertThat(result.error()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(new String(result.output(), StandardCharsets.UTF_8).strip()).isEqualTo(hash);
    }

    @Test
    void sameHashForSessionsInAnyOrder() throws Exception {
        assertThat(DeterminismHash.hash(DeterminismHash.permuted(inputs, 1), 1)).isEqualTo(hash);
    }

    @Test
    void sameHashWhenPlannedAgainInTheSameWorkspace() throws Exception {
        assertThat(DeterminismHash.hash(inputs, 3)).isEqualTo(hash);
    }

    /** What a workspace planned before leaves no trace: groups in any order give the plans that fresh ones give. */
    @Test
    void samePlansWhateverWasPlannedBefore() {
        List<GroupInput> shuffled = new ArrayList<>(inputs);
        Collections.shuffle(shuffled, new Random(2));
        Planner used = new Planner();
        for (GroupInput input : shuffled.subList(0, 300)) {
            assertThat(used.plan(input)).isEqualTo(new Planner().plan(input));
        }
    }
}
