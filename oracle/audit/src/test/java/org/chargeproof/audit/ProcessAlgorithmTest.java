package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.protocol.algorithm.AlgorithmException;
import org.chargeproof.protocol.algorithm.AlgorithmException.Kind;
import org.chargeproof.protocol.algorithm.AlgorithmJar;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.algorithm.TestJars;
import org.chargeproof.protocol.plan.InputBuilder;
import org.junit.jupiter.api.Test;

class ProcessAlgorithmTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Path VERSION_1 =
            Path.of("..", "protocol", "src", "test", "resources", "algorithms", "planner-v1.jar");

    @Test
    void plansAsInThisProcess() throws IOException {
        byte[] jar = Files.readAllBytes(VERSION_1);
        var network = Scenario.deployed();
        network.next();
        network.open();
        network.request(0, 9_000, 8);
        var inputs = new InputBuilder(Scenario.PARAMETERS).encodedInputs(network.state, network.current() + 1, 1);
        var read = AlgorithmJar.read(jar);
        try (var process = new ProcessAlgorithm(read, LONG)) {
            assertThat(process.inputVersion()).isEqualTo(1);
            var expected = JarAlgorithm.load(read.id(), jar, 1).plan(inputs);
            for (int i = 0; i < 3; i++) {
                assertThat(process.plan(inputs)).containsExactlyElementsOf(expected);
            }
            assertThatThrownBy(() -> process.plan(List.of(new byte[3]))).hasMessageContaining("InvalidInputException");
            assertThat(process.plan(inputs)).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void startsNothingWhenThereAreNoInputs() {
        try (var process = algorithm("return in;", LONG)) {
            assertThat(process.plan(List.of())).isEmpty();
        }
    }

    /** What one timestep runs into is told of that one; the next has all it needs. */
    @Test
    void boundsHoldForOneTimestep() {
        String body = "int i = 0; switch (in[0]) {"
                + " case 1: while (in[0] > 0) { i++; } return in;"
                + " case 2: return run(in);"
                + " case 3: var l = new ArrayList<byte[]>(); while (in[0] > 0) { l.add(new byte[1 << 20]); } return in;"
                + " case 4: return new byte[(16 << 20) + 1];"
                + " case 5: throw new IllegalStateException(\"out of luck\");"
                + " default: return in; }";
        try (var process = algorithm(body, Duration.ofSeconds(20))) {
            for (byte[] bad : new byte[][] {{1}, {2}, {3}, {4}}) {
                assertThatThrownBy(() -> process.plan(List.of(bad)))
                        .isInstanceOfSatisfying(
                                AlgorithmException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.BOUND));
                assertThat(process.plan(List.of(new byte[] {0, 7}))).containsExactly(new byte[] {0, 7});
            }
            assertThatThrownBy(() -> process.plan(List.of(new byte[] {5})))
                    .isInstanceOfSatisfying(
                            AlgorithmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
                    .hasMessageContaining("out of luck");
        }
    }

    @Test
    void anAuditGoesOnPastATimestepThatCannotBeVerified() {
        var network = Scenario.deployed();
        network.next();
        network.run(3);
        var honest = new Scenario.LocalAlgorithm(Scenario.ALGORITHM);
        int[] calls = {0};
        var report =
                network.audit(AuditRange.everything(), id -> new org.chargeproof.protocol.plan.PlanningAlgorithm() {
                    @Override
                    public org.apache.tuweni.bytes.Bytes32 id() {
                        return id;
                    }

                    @Override
                    public int inputVersion() {
                        return honest.inputVersion();
                    }

                    @Override
                    public List<byte[]> plan(List<byte[]> inputs) {
                        if (++calls[0] == 2) {
                            throw new AlgorithmException(Kind.BOUND, "too slow");
                        }
                        return honest.plan(inputs);
                    }
                });
        assertThat(report.timesteps())
                .extracting(TimestepVerdict::verdict)
                .containsExactly(Verdict.MATCH, Verdict.UNVERIFIED, Verdict.MATCH);
        assertThat(report.allMatch()).isFalse();
        assertThat(report.anyWrong()).isFalse();
        assertThat(report.counts()).isEqualTo(new AuditReport.Counts(6, 4, 0, 0, 4, 0, 2));
    }

    @Test
    void runsNothingButWhatIsPinned() {
        var network = Scenario.deployed();
        network.next();
        network.run(2);
        var other = org.apache.tuweni.bytes.Bytes32.fromHexString("0x" + "b2".repeat(32));
        assertThatThrownBy(() -> network.audit(new AuditRange(null, null, java.util.Set.of(), java.util.Set.of(other))))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining(Scenario.ALGORITHM.toHexString());
        var pinned =
                network.audit(new AuditRange(null, null, java.util.Set.of(), java.util.Set.of(Scenario.ALGORITHM)));
        assertThat(pinned.algorithms()).containsExactly(new AuditReport.UsedAlgorithm(Scenario.ALGORITHM, true));
        assertThat(network.audit().algorithms())
                .containsExactly(new AuditReport.UsedAlgorithm(Scenario.ALGORITHM, false));
    }

    private static ProcessAlgorithm algorithm(String body, Duration timeout) {
        return new ProcessAlgorithm(AlgorithmJar.read(TestJars.of(body, "")), timeout);
    }
}
