package org.chargeproof.audit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.verify.Difference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;
import picocli.CommandLine;

class SignedReportTest {
    private static final Credentials KEY = Credentials.create("0x" + "11".repeat(32));
    private static final String ADDRESS = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @Test
    void hasOneWayOnlyToBeWritten() {
        assertThat(new String(ReportJson.canonicalBytes(ReportJson.of(report())), StandardCharsets.UTF_8))
                .isEqualTo("{\"algorithms\":[{\"algorithm\":\"0x" + "a1".repeat(32)
                        + "\",\"pinned\":true}],\"allMatch\":false,"
                        + "\"bills\":{\"bills\":0,\"chargedMicroEuro\":0,\"compensationMicroEuro\":0,\"match\":0,\"mismatch\":0,"
                        + "\"missing\":0,\"missingBills\":0,\"settlements\":0,\"tokens\":0,\"unverified\":0,\"wrongBills\":0},"
                        + "\"chainId\":2018,\"consortium\":\"0xc0\",\"counts\":{\"certificates\":1,"
                        + "\"match\":1,\"mismatch\":1,\"missing\":0,\"plans\":2,\"unverified\":0,\"wrongPosts\":1},"
                        + "\"format\":\"chargeproof-audit/4\",\"from\":5,\"groups\":[],"
                        + "\"head\":{\"block\":99,\"hash\":\"0x" + "00".repeat(31)
                        + "63\",\"timestampSeconds\":4600},\"settlements\":[],"
                        + "\"timesteps\":[{\"attestedBy\":[1,3],\"differences\":[],\"groups\":[{\"certificate\":true,\"group\":0,\"verdict\":\"MATCH\"},"
                        + "{\"certificate\":false,\"differences\":[{\"field\":\"setpoint of charge point 2\",\"posted\":\"4 W\","
                        + "\"recomputed\":\"0 W\"}],\"field\":\"setpoint of charge point 2\",\"group\":1,\"posted\":\"4 W\","
                        + "\"recomputed\":\"0 W\",\"verdict\":\"MISMATCH\"}],\"postedBy\":2,\"reason\":\"å\",\"snapshotBlock\":42,"
                        + "\"timestep\":5,\"verdict\":\"MISMATCH\",\"votes\":3}],\"to\":5,"
                        + "\"wrongPosts\":[{\"candidate\":1,\"field\":\"plansRoot\",\"operator\":2,\"posted\":\"0x01\","
                        + "\"recomputed\":\"0x02\",\"timestep\":5,\"votes\":1}]}");
    }

    @Test
    void isAuthenticWhenReadAgain() {
        var file = written();
        var signed = SignedReport.read(file);
        assertThat(signed.isAuthentic()).isTrue();
        assertThat(signed.address()).isEqualTo(ADDRESS);
        assertThat(signed.signer()).contains(ADDRESS);
        assertThat(signed.signature().size()).isEqualTo(65);
    }

    @Test
    void doesNotDependOnOrderAndWhiteSpace() throws IOException {
        var json = new ObjectMapper().readTree(Files.readString(written()));
        var turned = new ObjectMapper().createObjectNode();
        turned.set("signature", json.get("signature"));
        turned.set("address", json.get("address"));
        var report = turned.putObject("report");
        var names = new ArrayList<String>();
        json.get("report").fieldNames().forEachRemaining(names::add);
        names.reversed().forEach(name -> report.set(name, json.get("report").get(name)));
        var file = folder.resolve("turned.json");
        Files.writeString(file, turned.toString());
        assertThat(SignedReport.read(file).isAuthentic()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"mismatch\" : 1|\"mismatch\" : 0",
                "\"allMatch\" : false|\"allMatch\" : true",
                "\"4 W\"|\"0 W\"",
                "\"to\" : 5|\"to\" : 5.0",
                "\"to\" : 5|\"to\" : \"5\"",
                "\"from\" : 5,|\"from\" : 5, \"note\" : \"all is well\",",
                "\"posted\" : \"4 W\",|",
                "0x19E7E3|0x19E7E4"
            })
    void isNotAuthenticWhenAnythingIsChanged(String change) throws IOException {
        var file = written();
        String text = Files.readString(file);
        String from = change.substring(0, change.indexOf('|'));
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, change.substring(change.indexOf('|') + 1)));
        assertThat(SignedReport.read(file).isAuthentic()).isFalse();
    }

    @Test
    void isNotAuthenticWithTheSignatureOfSomebodyElse() {
        var mine = SignedReport.sign(report(), KEY);
        var theirs = SignedReport.sign(report(), Credentials.create("0x" + "22".repeat(32)));
        assertThat(new SignedReport(mine.report(), mine.address(), theirs.signature()).isAuthentic())
                .isFalse();
        assertThat(new SignedReport(mine.report(), mine.address(), Bytes.wrap(new byte[65])).isAuthentic())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "{}",
                "[1]",
                "{\"report\":{\"format\":\"chargeproof-audit/2\"},\"address\":\"0x\",\"signature\":\"0x\"}",
                "{\"report\":{\"format\":\"chargeproof-audit/1\",\"from\":1,\"from\":2}}",
                "{\"report\":{\"format\":\"chargeproof-audit/1\"}} {}"
            })
    void throwsWhenAFileHoldsNoReport(String text) throws IOException {
        var file = folder.resolve("report.json");
        Files.writeString(file, text);
        assertThatThrownBy(() -> SignedReport.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("report.json");
    }

    @Test
    void verifyReportSaysWhoSigned() throws IOException {
        var file = written();
        assertThat(verify(file)).isEqualTo(0);
        assertThat(out.toString()).contains("AUTHENTIC: signed by " + ADDRESS).contains("2 plans: 1 match, 1 mismatch");

        Files.writeString(file, Files.readString(file).replace("\"mismatch\" : 1", "\"mismatch\" : 0"));
        out.getBuffer().setLength(0);
        assertThat(verify(file)).isEqualTo(1);
        assertThat(out.toString()).startsWith("NOT AUTHENTIC");
    }

    private int verify(Path file) {
        return new CommandLine(new VerifyReportCommand())
                .setOut(new PrintWriter(out, true))
                .execute(file.toString());
    }

    private Path written() {
        var file = folder.resolve("report.json");
        SignedReport.sign(report(), KEY).write(file);
        return file;
    }

    private static AuditReport report() {
        var difference = new Difference("setpoint of charge point 2", "4 W", "0 W");
        return new AuditReport(
                2018,
                "0xc0",
                new BlockHeader(99, Bytes32.leftPad(Bytes.of(99)), 4_600),
                5,
                5,
                List.of(),
                List.of(new AuditReport.UsedAlgorithm(Bytes32.fromHexString("0x" + "a1".repeat(32)), true)),
                new AuditReport.Counts(2, 1, 1, 0, 1, 1),
                List.of(new TimestepVerdict(
                        5,
                        Verdict.MISMATCH,
                        42,
                        3,
                        "å",
                        List.of(
                                new GroupVerdict(0, Verdict.MATCH, true, null),
                                new GroupVerdict(1, Verdict.MISMATCH, false, difference, List.of(difference))),
                        2,
                        List.of(1, 3),
                        List.of())),
                List.of(new WrongPost(5, 2, 1, 1, new Difference("plansRoot", "0x01", "0x02"))));
    }
}
