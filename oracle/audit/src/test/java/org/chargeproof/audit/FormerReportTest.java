package org.chargeproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.ReportJson;
import org.chargeproof.audit.report.SignedReport;
import org.chargeproof.console.input.BadInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.crypto.Credentials;

class FormerReportTest {
    private static final Credentials AUDITOR = Credentials.create("0x" + "7".repeat(64));
    private final Scenario network = Scenario.deployed();

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void auditOnce() throws IOException {
        network.next();
        network.run(4);
        file = folder.resolve("report.json");
        SignedReport.sign(network.audit(), AUDITOR).write(file);
    }

    @Test
    void anAuditGoesOnFromItsLastTimestep() {
        int last = network.current();
        network.run(3);
        var former = FormerReport.read(file);
        assertThat(former.signer()).isEqualToIgnoringCase(AUDITOR.getAddress());
        assertThat(former.to()).isEqualTo(last);
        former.requireSame(Scenario.NETWORK, network.ledger, AuditRange.everything());
        var report = network.audit(new AuditRange(former.to(), null, Set.of()));
        former.requireSameVerdict(report);
        assertThat(report.timesteps()).hasSize(4);
    }

    @Test
    void takesWhatNobodySigned() throws IOException {
        Files.writeString(file, ReportJson.of(network.audit()).toPrettyString());
        var former = FormerReport.read(file);
        assertThat(former.signer()).isNull();
        former.requireSame(Scenario.NETWORK, network.ledger, AuditRange.everything());
    }

    @Test
    void refusesASignedReportThatWasChanged() throws IOException {
        Files.writeString(file, Files.readString(file).replace("\"mismatch\" : 0", "\"mismatch\" : 1"));
        assertThatThrownBy(() -> FormerReport.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("was changed");
    }

    @ParameterizedTest
    @CsvSource({
        "chainId, 7, is of chain 7",
        "consortium, '\"0x00000000000000000000000000000000000000aa\"', is of chain",
        "groups, [1], other groups",
        "to, 7, is no report",
        "head, '{\"block\":1,\"hash\":\"0x0000000000000000000000000000000000000000000000000000000000000000\"}', goes up to block 1",
        "head, '{\"block\":12,\"hash\":\"0x0000000000000000000000000000000000000000000000000000000000000000\"}', another chain"
    })
    void refusesWhatTheChainDoesNotSay(String field, String value, String message) throws IOException {
        var json = ReportJson.of(network.audit());
        json.set(field, new ObjectMapper().readTree(value));
        Files.writeString(file, json.toString());
        assertThatThrownBy(() ->
                        FormerReport.read(file).requireSame(Scenario.NETWORK, network.ledger, AuditRange.everything()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void tellsWhenTheLastVerdictIsAnother() throws IOException {
        var json = ReportJson.of(network.audit());
        ((ObjectNode) json.at("/timesteps/3")).put("verdict", "MISSING");
        Files.writeString(file, json.toString());
        var former = FormerReport.read(file);
        var again = network.audit(new AuditRange(former.to(), null, Set.of()));
        assertThatThrownBy(() -> former.requireSameVerdict(again))
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("MISSING");
    }
}
