package org.chargeproof.site.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;
import org.chargeproof.site.battery.Battery;
import org.chargeproof.site.phases.Phase;
import org.jspecify.annotations.Nullable;

/**
 * The site file of an operator: batteries and limits of phases of its groups (docs/reference/site-file.md). Reading is bounded, and
 * what means nothing is refused.
 *
 * @param groups by number, ascending
 */
public record SiteFile(Map<Integer, GroupSite> groups) {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_GROUPS = 1_000;
    private static final int MOST_POINTS = 4_096;
    private static final int MOST_DEPTH = 8;
    private static final int MOST_CHARACTERS = 64;
    private static final int MOST_W = Battery.MOST_WH;
    private static final int MOST_A = MOST_W / PhaseSite.VOLTS;
    private static final int MOST_PERCENT = 100;
    private static final String LOOKS =
            "It must look like {\"groups\": [{\"group\": 0, \"battery\": {\"battery\": 0, \"capacityWh\": 50000,"
                    + " \"chargeW\": 20000}, \"phases\": {\"limitA\": 63, \"chargePoints\": {\"DE*ABC*E0001\": \"L1\"}}}]}.";
    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxNameLength(MOST_CHARACTERS)
                            .maxStringLength(MOST_CHARACTERS)
                            .maxNumberLength(MOST_CHARACTERS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Keeps the order of the groups. */
    public SiteFile {
        groups = new TreeMap<>(groups);
    }

    /**
     * Reads a file.
     *
     * @throws BadInputException with what is wrong, its place, the limit and the remedy
     */
    public static SiteFile read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read the site file " + Printable.of(file.toString()) + " ("
                            + e.getClass().getSimpleName() + "). Name a file that is there.",
                    e);
        }
        String name = "the site file " + Printable.of(file.toString());
        if (bytes.length > MOST_BYTES) {
            throw new BadInputException(
                    name + " has more than " + MOST_BYTES + " bytes, which is the most. Divide it.");
        }
        return parse(bytes, name);
    }

    /**
     * Reads what a file holds.
     *
     * @param name of the file, for messages
     * @throws BadInputException as for a file
     */
    public static SiteFile parse(byte[] bytes, String name) {
        JsonNode root;
        try {
            root = STRICT.readTree(bytes);
        } catch (JacksonException e) {
            var place = e.getLocation();
            throw new BadInputException(
                    name + " is no JSON, has a name twice, or goes deeper or longer than any site needs"
                            + (place == null ? "" : ": line " + place.getLineNr() + ", column " + place.getColumnNr())
                            + ". " + LOOKS,
                    e);
        } catch (IOException e) {
            throw new BadInputException("cannot read " + name + ": " + e.getMessage(), e);
        }
        return new Reader(name).site(root);
    }

    /** The group of a number; null when the file says nothing of it. */
    public @Nullable GroupSite group(int number) {
        return groups.get(number);
    }

    /** Reads nodes, and knows where it is. */
    private record Reader(String name) {
        SiteFile site(JsonNode root) {
            object(root, "", List.of("groups"));
            JsonNode list = root.path("groups");
            if (!list.isArray() || list.isEmpty()) {
                throw bad("groups", "is no list, or an empty one. " + LOOKS);
            }
            if (list.size() > MOST_GROUPS) {
                throw bad("groups", "has " + list.size() + " groups, at most " + MOST_GROUPS + " can be. Divide it.");
            }
            var groups = new HashMap<Integer, GroupSite>();
            for (int i = 0; i < list.size(); i++) {
                var group = group(list.get(i), "groups[" + i + "]");
                if (groups.put(group.group(), group) != null) {
                    throw bad(
                            "groups[" + i + "].group",
                            "is " + group.group() + ", which is there before. Say all of a group in one place.");
                }
            }
            return new SiteFile(groups);
        }

        private GroupSite group(JsonNode node, String at) {
            object(node, at, List.of("group", "battery", "phases"));
            int group = whole(node, at, "group", null, 0, Integer.MAX_VALUE);
            var battery = node.has("battery") ? battery(node.get("battery"), at + ".battery") : null;
            var phases = node.has("phases") ? phases(node.get("phases"), at + ".phases") : null;
            if (battery == null && phases == null) {
                throw bad(at, "has neither battery nor phases. Leave the group out, or say one of both.");
            }
            return new GroupSite(group, battery, phases);
        }

        private BatterySite battery(JsonNode node, String at) {
            object(
                    node,
                    at,
                    List.of(
                            "battery",
                            "capacityWh",
                            "chargeW",
                            "dischargeW",
                            "efficiencyPercent",
                            "leastAtEndWh",
                            "storedWh"));
            int capacityWh = whole(node, at, "capacityWh", null, 1, Battery.MOST_WH);
            int chargeW = whole(node, at, "chargeW", null, 0, MOST_W);
            return new BatterySite(
                    whole(node, at, "battery", BatterySite.NOT_REGISTERED, 0, Integer.MAX_VALUE),
                    capacityWh,
                    chargeW,
                    whole(node, at, "dischargeW", chargeW, 0, MOST_W),
                    whole(node, at, "efficiencyPercent", MOST_PERCENT, 1, MOST_PERCENT),
                    whole(node, at, "leastAtEndWh", 0, 0, capacityWh),
                    whole(node, at, "storedWh", 0, 0, capacityWh));
        }

        private PhaseSite phases(JsonNode node, String at) {
            object(node, at, List.of("limitW", "limitA", "chargePoints"));
            if (node.has("limitW") == node.has("limitA")) {
                throw bad(at, "has limitW and limitA, or none of them. Say what a phase may take once, in W or in A.");
            }
            int limitW = node.has("limitW")
                    ? whole(node, at, "limitW", null, 0, MOST_W)
                    : PhaseSite.VOLTS * whole(node, at, "limitA", null, 0, MOST_A);
            var points = node.path("chargePoints");
            if (!points.isMissingNode() && !points.isObject()) {
                throw bad(
                        at + ".chargePoints",
                        "is no object. It must name charge points by EVSE id or number, such as {\"DE*ABC*E0001\": \"L1\"}.");
            }
            if (points.size() > MOST_POINTS) {
                throw bad(
                        at + ".chargePoints",
                        "has " + points.size() + " charge points, at most " + MOST_POINTS + " can be in a group.");
            }
            var phaseOf = new HashMap<String, Phase>();
            points.properties()
                    .forEach(each ->
                            phaseOf.put(each.getKey(), phase(each.getValue(), at + ".chargePoints." + each.getKey())));
            return new PhaseSite(limitW, phaseOf);
        }

        private Phase phase(JsonNode node, String at) {
            String word = node.isTextual() ? node.asText().toUpperCase(Locale.ROOT) : "";
            return Arrays.stream(Phase.values())
                    .filter(phase -> phase.name().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> bad(at, "is " + shown(node) + "; it must be \"L1\", \"L2\", \"L3\" or \"ALL\"."));
        }

        /** Refuses what is no object, and names that mean nothing: a misspelt one would change nothing, and nobody would notice. */
        private void object(JsonNode node, String at, List<String> names) {
            if (!node.isObject()) {
                throw bad(at.isEmpty() ? "the whole" : at, "is no object. " + LOOKS);
            }
            node.fieldNames().forEachRemaining(field -> {
                if (!names.contains(field)) {
                    throw bad(
                            at.isEmpty() ? field : at + "." + field,
                            "means nothing. Names here are " + String.join(", ", names) + ".");
                }
            });
        }

        private int whole(JsonNode node, String at, String field, @Nullable Integer otherwise, int least, int most) {
            JsonNode value = node.get(field);
            if (value == null && otherwise != null) {
                return otherwise;
            }
            if (value == null) {
                throw bad(
                        at + "." + field, "is missing; it must be a whole number from " + least + " to " + most + ".");
            }
            if (!value.isIntegralNumber()
                    || !value.canConvertToInt()
                    || value.intValue() < least
                    || value.intValue() > most) {
                throw bad(
                        at + "." + field,
                        "is " + shown(value) + "; it must be a whole number from " + least + " to " + most + ".");
            }
            return value.intValue();
        }

        private static String shown(JsonNode value) {
            String text = Printable.of(value.toString());
            return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
        }

        private BadInputException bad(String at, String what) {
            return new BadInputException(name + ", " + Printable.of(at) + ": " + what);
        }
    }
}
