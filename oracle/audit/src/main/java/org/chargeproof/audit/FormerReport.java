package org.chargeproof.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.ReportJson;
import org.chargeproof.audit.report.SignedReport;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.BlockSource;
import org.jspecify.annotations.Nullable;

/**
 * The report of a former audit, from which a new one goes on. It is held against the chain: the network, the hash of its head block,
 * and its last timestep, which is audited once more. The verdicts before stand as whoever made the report found them.
 *
 * @param file where it was read
 * @param report as JSON
 * @param signer whose signature is on it; null without one
 */
record FormerReport(Path file, JsonNode report, @Nullable String signer) {
    /**
     * Reads a report, signed or not.
     *
     * @throws BadInputException when the file holds none, or its signature is wrong
     */
    static FormerReport read(Path file) {
        var json = SignedReport.readJson(file);
        if (json.has("report") || json.has("signature")) {
            var signed = SignedReport.read(file);
            if (!signed.isAuthentic()) {
                throw new BadInputException(file + " was changed, or is not signed by " + signed.address()
                        + ". Take the report as it was written, or audit without --since.");
            }
            return new FormerReport(file, signed.report(), signed.address()).checked();
        }
        return new FormerReport(file, json, null).checked();
    }

    private FormerReport checked() {
        boolean whole = ReportJson.isKnown(report.path("format").asText())
                && report.path("to").isInt()
                && report.path("chainId").isIntegralNumber()
                && report.path("head").path("block").isIntegralNumber()
                && report.path("head").path("hash").asText().matches("0x[0-9a-f]{64}")
                && report.path("timesteps").isArray()
                && report.path("timesteps").size() > 0
                && lastTimestep().path("timestep").asInt(-1) == to();
        if (!whole) {
            throw new BadInputException(file + " is no report of an audit (" + ReportJson.FORMAT
                    + "). Write one with audit --report or audit --json.");
        }
        return this;
    }

    /** Its last timestep. */
    int to() {
        return report.path("to").asInt();
    }

    private JsonNode lastTimestep() {
        return report.path("timesteps").path(report.path("timesteps").size() - 1);
    }

    /** @throws BadInputException when it is of another network, another chain, or other groups */
    void requireSame(AuditedNetwork network, BlockSource blocks, AuditRange range) {
        if (report.path("chainId").asLong() != network.chainId()
                || !report.path("consortium").asText().equalsIgnoreCase(network.consortium())) {
            throw new BadInputException(
                    file + " is of chain " + report.path("chainId").asLong() + " and Consortium "
                            + report.path("consortium").asText() + ", not of chain " + network.chainId() + " and "
                            + network.consortium() + ". Name a report of this network, or audit without --since.");
        }
        var groups = new ArrayList<Integer>();
        report.path("groups").forEach(group -> groups.add(group.asInt()));
        if (!groups.equals(List.copyOf(range.sortedGroups()))) {
            throw new BadInputException(file + " is about other groups than --group names. Name the same ones.");
        }
        long block = report.path("head").path("block").asLong();
        long head = blocks.head().number();
        if (block < network.deployedAtBlock() || block > head) {
            throw new BadInputException(file + " goes up to block " + block + "; the node has blocks "
                    + network.deployedAtBlock() + " to " + head
                    + ". Maybe the node is behind; ask another one, or audit without --since.");
        }
        var expected = Bytes32.fromHexString(report.path("head").path("hash").asText());
        var actual = blocks.header(block).hash();
        if (!actual.equals(expected)) {
            throw new BadInputException(
                    file + " says that block " + block + " is " + expected + ", the node that it is " + actual
                            + ". One of them is of another chain; ask another node, or audit without --since.");
        }
    }

    /** @throws AuditException when the last timestep is not what the report says */
    void requireSameVerdict(AuditReport now) {
        var again = now.timesteps().getFirst();
        var then = lastTimestep();
        String verdict = then.path("verdict").asText();
        boolean unknown = again.verdict() == Verdict.UNVERIFIED || verdict.equals(Verdict.UNVERIFIED.name());
        if (!unknown
                && (!verdict.equals(again.verdict().name())
                        || then.path("snapshotBlock").asLong() != again.snapshotBlock())) {
            throw new AuditException(file + " says that timestep " + to() + " is a " + verdict + " with snapshot block "
                    + then.path("snapshotBlock").asLong() + "; it is a " + again.verdict() + " with snapshot block "
                    + again.snapshotBlock() + ". The report is wrong, or the node. Audit without --since.");
        }
    }
}
