package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.junit.jupiter.api.Test;

class AuditOutputTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Scenario network = Scenario.deployed();

    @Test
    void writesALineForEachTimestepAndOneForEachGroupThatDiffers() {
        network.next();
        network.run(1);
        network.open();
        network.plan(AuditOutputTest::withAllSetpointsAt500Wh);
        network.next();
        print(false);
        assertThat(out.toString().lines())
                .containsExactly(
                        "2000002  2027-01-15T08:30:00Z  MATCH     2 groups, 3 operators, snapshot block 12",
                        "2000003  2027-01-15T08:45:00Z  MISMATCH  0 of 2 groups, 3 operators, snapshot block 15",
                        "    posted by operator 1, attested by operators 2, 3",
                        "    group 0  MISMATCH  setpoint of charge point 0: posted 2000 W, recomputed 7720 W",
                        "    group 0  MISMATCH  setpoint of charge point 2: posted 2000 W, recomputed 0 W",
                        "    group 1  MISMATCH  setpoint of charge point 1: posted 2000 W, recomputed 0 W",
                        "    group 1  MISMATCH  setpoint of charge point 3: posted 2000 W, recomputed 0 W",
                        "2000004  2027-01-15T09:00:00Z  MISSING   2 groups: nobody posted",
                        "algorithm " + "a1".repeat(32) + ", as the ledger says",
                        "3 timesteps, 6 plans: 2 match, 2 mismatch, 2 missing; 2 certificates hold; 0 wrong posts");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void writesNothingButJsonWhenAskedTo() throws IOException {
        network.next();
        network.run(2);
        print(true);
        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/counts/match").asInt()).isEqualTo(4);
        assertThat(json.at("/timesteps/1/groups/1/verdict").asText()).isEqualTo("MATCH");
    }

    private void print(boolean json) {
        var output = new AuditOutput(new PrintWriter(out), new PrintWriter(err), Scenario.PARAMETERS, json);
        output.finish(new Auditor(Scenario.NETWORK, network.ledger, Scenario.LocalAlgorithm::new)
                .audit(AuditRange.everything(), output));
    }

    private static PlanPosted withAllSetpointsAt500Wh(PlanPosted p) {
        return new PlanPosted(
                p.timestep(),
                p.operator(),
                p.candidate(),
                p.snapshotBlock(),
                p.algorithm(),
                p.inputsRoot(),
                p.plansRoot(),
                p.setpointsRoot(),
                Setpoints.pack(new int[] {500, 500, 500, 500}),
                p.decisions());
    }
}
