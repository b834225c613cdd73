package org.chargeproof.view.follow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.protocol.verify.Difference;
import org.chargeproof.view.model.GreenShare;
import org.chargeproof.view.verify.GroupReasons;
import org.chargeproof.view.verify.GroupReasons.Figures;
import org.chargeproof.view.verify.GroupReasons.OfSession;
import org.chargeproof.view.verify.PowerReason;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;

/** The lines of a journal: docs/reference/plugin.md. Fields stand in a fixed order, and what is empty is left out. */
final class JournalFormat {
    /** Raised when blocks count that did not before, or more of them: one of an earlier version is put aside, and written anew. */
    private static final int VERSION = 3;

    /** Numbers that stand before those of the sessions. */
    private static final int FIGURES = 6;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JournalFormat() {}

    /**
     * The first line.
     *
     * @param deployed block in which the network was deployed
     */
    static String header(NetworkIdentity network, BlockHeader deployed) {
        return NODES.objectNode()
                .put("journal", NetworkLinked.PROTOCOL)
                .put("version", VERSION)
                .put("chainId", network.chainId())
                .put("contract", network.contract().toHexString())
                .put("deployedAtBlock", deployed.number())
                .put("deployedAtHash", deployed.hash().toHexString())
                .put("firstTimestep", network.linked().firstTimestep())
                .toString();
    }

    /**
     * Number of the block in which a journal's network was deployed.
     *
     * @param header first line of a journal
     * @param contract that it must be of; null for any
     * @return -1 when it is the journal of another chain or network, or none at all
     */
    static long deployedAtBlock(String header, Chain chain, @Nullable Bytes contract) {
        try {
            JsonNode node = JSON.readTree(header);
            long number = required(node, "deployedAtBlock").longValue();
            boolean same = number <= chain.head().number()
                    && chain.block(number)
                            .header()
                            .hash()
                            .toHexString()
                            .equals(required(node, "deployedAtHash").textValue())
                    && (contract == null
                            || contract.toHexString()
                                    .equals(required(node, "contract").textValue()));
            return same ? number : -1;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return -1;
        }
    }

    static String line(JournalEntry entry) {
        var line = NODES.objectNode()
                .put("block", entry.header().number())
                .put("hash", entry.header().hash().toHexString())
                .put("timestampSeconds", entry.header().timestampSeconds());
        if (!entry.events().isEmpty()) {
            var events = line.putArray("events");
            entry.events().forEach(e -> events.add(event(e)));
        }
        if (!entry.verdicts().isEmpty()) {
            var verdicts = line.putArray("verdicts");
            entry.verdicts().forEach(v -> verdicts.add(verdict(v)));
        }
        if (!entry.green().isEmpty()) {
            var green = line.putArray("green");
            entry.green()
                    .forEach(g ->
                            green.addArray().add(g.session()).add(g.timestep()).add(g.energyWh()));
        }
        if (!entry.reasons().isEmpty()) {
            var reasons = line.putArray("reasons");
            entry.reasons().forEach(r -> reasons.add(reasons(r)));
        }
        return line.toString();
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException when it is none
     */
    static JournalEntry entry(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            var header = new BlockHeader(
                    required(node, "block").longValue(),
                    Bytes32.fromHexString(text(node, "hash")),
                    required(node, "timestampSeconds").longValue());
            var events = new ArrayList<TimestepEvent>();
            node.path("events").forEach(e -> events.add(event(e, header)));
            var verdicts = new ArrayList<Verdict>();
            node.path("verdicts").forEach(v -> verdicts.add(verdict(v)));
            var green = new ArrayList<GreenShare>();
            node.path("green")
                    .forEach(g -> green.add(new GreenShare(
                            g.path(0).intValue(),
                            g.path(1).intValue(),
                            g.path(2).intValue())));
            var reasons = new ArrayList<GroupReasons>();
            node.path("reasons").forEach(r -> reasons.add(reasons(r)));
            return new JournalEntry(
                    header, List.copyOf(events), List.copyOf(verdicts), List.copyOf(green), List.copyOf(reasons));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no line of a journal: " + line, e);
        }
    }

    private static ArrayNode reasons(GroupReasons r) {
        var figures = r.figures();
        var array = NODES.arrayNode()
                .add(r.timestep())
                .add(figures.group())
                .add(figures.limitW())
                .add(figures.otherLoadW())
                .add(figures.roomW())
                .add(figures.groupW());
        var sessions = array.addArray();
        r.sessions()
                .forEach(s -> sessions.add(s.session())
                        .add(s.reason().code())
                        .add(s.others())
                        .add(s.leaveEarlier()));
        return array;
    }

    private static GroupReasons reasons(JsonNode node) {
        var told = node.path(FIGURES);
        var sessions = new ArrayList<OfSession>();
        for (int i = 0; i + 3 < told.size(); i += 4) {
            sessions.add(new OfSession(
                    told.path(i).intValue(),
                    PowerReason.ofCode(told.path(i + 1).intValue()),
                    told.path(i + 2).intValue(),
                    told.path(i + 3).intValue()));
        }
        return new GroupReasons(
                node.path(0).intValue(),
                new Figures(
                        node.path(1).intValue(),
                        node.path(2).intValue(),
                        node.path(3).intValue(),
                        node.path(4).intValue(),
                        node.path(5).intValue()),
                List.copyOf(sessions));
    }

    private static ObjectNode event(TimestepEvent e) {
        return NODES.objectNode()
                .put("sequence", e.sequence())
                .put("kind", e.kind().name())
                .put("timestep", e.timestep())
                .put("snapshotBlock", e.snapshotBlock())
                .put("missed", e.missed());
    }

    private static TimestepEvent event(JsonNode node, BlockHeader header) {
        return new TimestepEvent(
                TimestepEvent.Kind.valueOf(text(node, "kind")),
                required(node, "sequence").longValue(),
                required(node, "timestep").intValue(),
                header.number(),
                header.hash(),
                header.timestampSeconds(),
                required(node, "snapshotBlock").longValue(),
                required(node, "missed").booleanValue());
    }

    private static ObjectNode verdict(Verdict v) {
        var node = NODES.objectNode()
                .put("timestep", v.timestep())
                .put("candidate", v.candidate())
                .put("operator", v.operator())
                .put("verdict", v.result().name());
        var difference = v.difference();
        if (difference != null) {
            node.put("field", difference.field())
                    .put("posted", difference.posted())
                    .put("recomputed", difference.recomputed());
        }
        if (v.reason() != null) {
            node.put("reason", v.reason());
        }
        return node;
    }

    private static Verdict verdict(JsonNode node) {
        return new Verdict(
                required(node, "timestep").intValue(),
                required(node, "candidate").intValue(),
                required(node, "operator").intValue(),
                Verdict.Result.valueOf(text(node, "verdict")),
                node.has("field")
                        ? new Difference(node.get("field").textValue(), text(node, "posted"), text(node, "recomputed"))
                        : null,
                node.has("reason") ? node.get("reason").textValue() : null);
    }

    private static String text(JsonNode node, String field) {
        String text = required(node, field).textValue();
        if (text == null) {
            throw new IllegalArgumentException("'" + field + "' is no text in " + node);
        }
        return text;
    }

    private static JsonNode required(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw new IllegalArgumentException("no " + field + " in a line of the journal: " + node);
        }
        return value;
    }
}
