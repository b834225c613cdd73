package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.planner.GroupInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A ledger for auditors in any language. It is written only by {@code mvn test -Dtest=GoldenLedgerTest -Dgolden.write=true}, on purpose: a
 * difference means that inputs or plans of existing networks change.
 */
class GoldenLedgerTest {
    @Test
    void isFoundAsItWas() throws IOException {
        var json = GoldenLedger.read();
        assertThat(GoldenLedger.expected(GoldenLedger.blocks(json))).isEqualTo(json.get("timesteps"));
    }

    /** It is worth something only while it holds all that is hard. */
    @Test
    void holdsWhatIsHard() throws IOException {
        var json = GoldenLedger.read();
        var inputs = new ArrayList<GroupInput>();
        var listener = new ProgressListener() {
            @Override
            public void onTimestep(TimestepVerdict verdict, int done, int total) {}

            @Override
            public void onPlans(int timestep, Bytes32 algorithm, List<byte[]> encoded, List<byte[]> plans) {
                encoded.forEach(input -> inputs.add(GroupInput.decode(input)));
            }
        };
        var report = new Auditor(Scenario.NETWORK, GoldenLedger.blocks(json), GoldenLedger.algorithms()::get)
                .audit(AuditRange.everything(), listener);
        var verdicts = report.timesteps().stream().map(TimestepVerdict::verdict).toList();
        assertThat(verdicts).contains(Verdict.MATCH, Verdict.MISMATCH, Verdict.MISSING);
        assertThat(StreamSupport.stream(json.get("timesteps").spliterator(), false)
                        .map(t -> t.get("inputVersion").asInt()))
                .contains(1, 2);
        var sessions = inputs.stream().flatMap(i -> i.sessions().stream()).toList();
        assertThat(sessions).anyMatch(GroupInput.Session::behind);
        assertThat(sessions).anyMatch(s -> s.arrivalStep() > 0);
        assertThat(sessions)
                .as("learned limits")
                .anyMatch(s -> s.chargePoint() == 0 && s.accepted() && s.maxWhPerStep() < 5_500);
        assertThat(inputs).anyMatch(i -> !i.settlement().sessions().isEmpty());
        assertThat(inputs)
                .as("as many requests as a timestep decides")
                .anyMatch(i -> i.sessions().stream().filter(s -> !s.accepted()).count() == 511);
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = "true")
    void write() throws IOException {
        GoldenLedger.save(GoldenLedger.write(GoldenLedger.scenario().ledger));
    }
}
