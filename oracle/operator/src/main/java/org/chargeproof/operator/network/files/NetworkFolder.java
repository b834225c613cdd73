package org.chargeproof.operator.network.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Profile;

/**
 * A network's folder: what is the same for all operators, and the folders of those nodes that run here.
 *
 * @param rules what its genesis file says
 * @param nodes of this machine, in the order of the definition
 */
public record NetworkFolder(
        Path folder, Path genesis, String name, Profile profile, GenesisSummary rules, List<NodeFolder> nodes) {
    static final String DEFINITION = "network.json";
    static final String GENESIS = "genesis.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    public NetworkFolder {
        nodes = List.copyOf(nodes);
    }

    /**
     * Reads a network's folder. Nodes of the definition without a folder are other operators'.
     *
     * @throws BadInputException when it is none
     */
    public static NetworkFolder read(Path folder) {
        Path file = folder.resolve(DEFINITION);
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            Path genesis = folder.resolve(root.path("genesis").asText(GENESIS)).normalize();
            var summary = Genesis.read(genesis);
            var nodes = new ArrayList<NodeFolder>();
            for (JsonNode node : root.path("nodes")) {
                Path nodeFolder = folder.resolve(node.path("name").asText("?"));
                if (Files.isDirectory(nodeFolder)) {
                    nodes.add(NodeFolder.read(nodeFolder));
                }
            }
            return new NetworkFolder(
                    folder,
                    genesis,
                    root.path("name").asText(folder.getFileName().toString()),
                    profile(root.path("profile").asText(""), file),
                    summary,
                    nodes);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new BadInputException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BadInputException(
                    "there is no network in " + folder + ": cannot read " + file + " ("
                            + e.getClass().getSimpleName()
                            + "). 'network new' makes a network, 'network join' a node of one that exists.",
                    e);
        }
    }

    /** The same nodes on a network that starts from another genesis file. */
    public NetworkFolder withGenesis(Path other) {
        return new NetworkFolder(folder, other, name, profile, Genesis.read(other), nodes);
    }

    /** The same network with nodes of this machine that its folder does not have. */
    public NetworkFolder with(List<NodeFolder> more) {
        var all = new ArrayList<>(nodes);
        all.addAll(more);
        return new NetworkFolder(folder, genesis, name, profile, rules, all);
    }

    /** The same network with only the first nodes. */
    public NetworkFolder first(int count) {
        return new NetworkFolder(folder, genesis, name, profile, rules, nodes.subList(0, count));
    }

    private static Profile profile(String text, Path file) {
        try {
            return Profile.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    "'profile' in " + file + " is '" + text + "'; it must be development or production.", e);
        }
    }
}
