package org.chargeproof.audit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.chargeproof.protocol.verify.Difference;
import org.jspecify.annotations.Nullable;

/** A report as JSON; the fields are described in docs/how-to/audit.md. */
public final class ReportJson {
    /** Of reports that are written now. */
    public static final String FORMAT = "chargeproof-audit/4";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** Without bills, before that without who stands for wrong plans, and without algorithms; their signatures are as good. */
    private static final Set<String> FORMER_FORMATS =
            Set.of("chargeproof-audit/1", "chargeproof-audit/2", "chargeproof-audit/3");

    private ReportJson() {}

    /** Whether a report of this format can be read. */
    public static boolean isKnown(String format) {
        return format.equals(FORMAT) || FORMER_FORMATS.contains(format);
    }

    /** A report, in the format of now. */
    public static ObjectNode of(AuditReport report) {
        var json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("chainId", report.chainId())
                .put("consortium", report.consortium())
                .put("from", report.from())
                .put("to", report.to())
                .put("allMatch", report.allMatch());
        json.putObject("head")
                .put("block", report.head().number())
                .put("hash", report.head().hash().toHexString())
                .put("timestampSeconds", report.head().timestampSeconds());
        var counts = report.counts();
        json.putObject("counts")
                .put("plans", counts.plans())
                .put("match", counts.match())
                .put("mismatch", counts.mismatch())
                .put("missing", counts.missing())
                .put("certificates", counts.certificates())
                .put("wrongPosts", counts.wrongPosts())
                .put("unverified", counts.unverified());
        report.groups().forEach(json.putArray("groups")::add);
        var algorithms = json.putArray("algorithms");
        for (var used : report.algorithms()) {
            algorithms
                    .addObject()
                    .put("algorithm", used.algorithm().toHexString())
                    .put("pinned", used.pinned());
        }
        addTimesteps(report, json.putArray("timesteps"));
        addWrongPosts(report, json.putArray("wrongPosts"));
        addBills(report, json);
        return json;
    }

    /**
     * The bytes that are signed: keys in ascending order, no white space, UTF-8. Numbers are whole in a report, so there is one
     * way only to write it.
     */
    public static byte[] canonicalBytes(JsonNode json) {
        try {
            // only maps are sorted on writing, not trees
            Object sorted = JSON.treeToValue(json, Object.class);
            return JSON.writeValueAsString(sorted).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static void addTimesteps(AuditReport report, ArrayNode timesteps) {
        for (var timestep : report.timesteps()) {
            var json = timesteps
                    .addObject()
                    .put("timestep", timestep.timestep())
                    .put("verdict", timestep.verdict().name())
                    .put("snapshotBlock", timestep.snapshotBlock())
                    .put("votes", timestep.votes())
                    .put("reason", timestep.reason());
            if (timestep.postedBy() != 0) {
                json.put("postedBy", timestep.postedBy());
                timestep.attestedBy().forEach(json.putArray("attestedBy")::add);
            }
            if (timestep.verdict() == Verdict.MISMATCH) {
                addDifferences(json, timestep.differences());
            }
            var groups = json.putArray("groups");
            for (var group : timestep.groups()) {
                var entry = groups.addObject()
                        .put("group", group.group())
                        .put("verdict", group.verdict().name())
                        .put("certificate", group.certificate());
                addDifference(entry, group.difference());
                if (group.verdict() == Verdict.MISMATCH) {
                    addDifferences(entry, group.differences());
                }
            }
        }
    }

    private static void addBills(AuditReport report, ObjectNode json) {
        var counts = report.billCounts();
        json.putObject("bills")
                .put("settlements", counts.settlements())
                .put("match", counts.match())
                .put("mismatch", counts.mismatch())
                .put("missing", counts.missing())
                .put("unverified", counts.unverified())
                .put("bills", counts.bills())
                .put("wrongBills", counts.wrongBills())
                .put("missingBills", counts.missingBills())
                .put("chargedMicroEuro", counts.chargedMicroEuro())
                .put("compensationMicroEuro", counts.compensationMicroEuro())
                .put("tokens", counts.tokens());
        var settlements = json.putArray("settlements");
        for (var settlement : report.settlements()) {
            var entry = settlements
                    .addObject()
                    .put("timestep", settlement.timestep())
                    .put("verdict", settlement.verdict().name())
                    .put("snapshotBlock", settlement.snapshotBlock())
                    .put("votes", settlement.votes())
                    .put("bills", settlement.bills())
                    .put("chargedMicroEuro", settlement.chargedMicroEuro())
                    .put("compensationMicroEuro", settlement.compensationMicroEuro())
                    .put("tokens", settlement.tokens())
                    .put("reason", settlement.reason());
            if (settlement.postedBy() != 0) {
                entry.put("postedBy", settlement.postedBy());
                settlement.attestedBy().forEach(entry.putArray("attestedBy")::add);
            }
            addDifference(entry, settlement.difference());
        }
    }

    private static void addWrongPosts(AuditReport report, ArrayNode wrongPosts) {
        for (var post : report.wrongPosts()) {
            var json = wrongPosts
                    .addObject()
                    .put("timestep", post.timestep())
                    .put("operator", post.operator())
                    .put("candidate", post.candidate())
                    .put("votes", post.votes());
            addDifference(json, post.difference());
        }
    }

    private static void addDifferences(ObjectNode json, List<Difference> differences) {
        var all = json.putArray("differences");
        differences.forEach(difference -> addDifference(all.addObject(), difference));
    }

    private static void addDifference(ObjectNode json, @Nullable Difference difference) {
        if (difference != null) {
            json.put("field", difference.field())
                    .put("posted", difference.posted())
                    .put("recomputed", difference.recomputed());
        }
    }
}
