package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.junit.jupiter.api.Test;

/** A ledger on which the planner was replaced: each plan is audited with the algorithm that made it, and the inputs that it read. */
class TwoAlgorithmsTest {
    /** The planner as it was before minimum currents, reservations and partial promises. */
    private static final Path VERSION_1 =
            Path.of("..", "protocol", "src", "test", "resources", "algorithms", "planner-v1.jar");

    @Test
    void plansOfBothAreAudited() throws IOException {
        byte[] jar = Files.readAllBytes(VERSION_1);
        PlanningAlgorithm first = JarAlgorithm.load(Sha256.of(jar), jar, 2);
        PlanningAlgorithm second = new Scenario.LocalAlgorithm(Scenario.ALGORITHM);
        assertThat(first.inputVersion()).isEqualTo(1);

        var network = Scenario.deployed(first);
        network.next();
        network.run(6);
        network.use(second);
        network.run(6);

        var report = network.audit(AuditRange.everything(), id -> id.equals(first.id()) ? first : second);
        assertThat(report.timesteps()).hasSize(12);
        for (var timestep : report.timesteps()) {
            assertThat(timestep.verdict())
                    .as("timestep %d: %s", timestep.timestep(), timestep)
                    .isEqualTo(Verdict.MATCH);
        }
        // with the newest one for all, what the old one made is not found again
        var wrong = network.audit(
                AuditRange.everything(),
                id -> id.equals(first.id()) ? new Scenario.LocalAlgorithm(first.id()) : second);
        assertThat(wrong.timesteps())
                .filteredOn(t -> t.verdict() == Verdict.MATCH)
                .hasSize(6);
        assertThat(wrong.timesteps())
                .filteredOn(t -> t.verdict() == Verdict.MISMATCH)
                .hasSize(6);
    }
}
