package org.chargeproof.operator.network.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.Profile;
import org.chargeproof.console.input.SecretFile;
import org.web3j.utils.Numeric;

/** Writes the files of a network. The same definition gives the same files, but for the keys of its RPC tokens. */
public final class NetworkWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NetworkWriter() {}

    /**
     * Writes a network into a folder that does not exist or is empty.
     *
     * @throws BadInputException when there is something in it
     */
    public static NetworkFolder write(Path folder, NetworkDefinition network) {
        requireEmpty(folder);
        return write(folder, folder.resolve(NetworkFolder.GENESIS), network);
    }

    /** Writes a network whose genesis file lies elsewhere. */
    static NetworkFolder write(Path folder, Path genesis, NetworkDefinition network) {
        try {
            Files.createDirectories(folder);
            Files.writeString(genesis, network.genesis().toJson());
            var enodes = network.nodes().stream().map(NodeDefinition::enode).toList();
            for (NodeDefinition node : network.nodes()) {
                writeNode(folder.resolve(node.name()), genesis, node, network.profile(), enodes);
            }
            writeDefinition(folder, genesis, network);
            return NetworkFolder.read(folder);
        } catch (IOException e) {
            throw new BadInputException("cannot write to " + folder + ": " + e, e);
        }
    }

    /**
     * Writes the folder of a node of one's own for a network that exists.
     *
     * @param given the network's genesis file, which is copied
     * @param peers nodes of others
     * @throws BadInputException when there is something in the folder, or the genesis file is none
     */
    public static NetworkFolder join(Path folder, Path given, NodeDefinition node, Profile profile, List<Enode> peers) {
        var rules = Genesis.read(given);
        requireEmpty(folder);
        try {
            Files.createDirectories(folder);
            Path genesis = folder.resolve(NetworkFolder.GENESIS);
            Files.copy(given, genesis);
            writeNode(folder.resolve(node.name()), genesis, node, profile, peers);
            writeDefinition(
                    folder,
                    genesis,
                    new NetworkDefinition(
                            folder.getFileName().toString(),
                            profile,
                            rules.first(),
                            rules.chainId(),
                            rules.blockSeconds(),
                            List.of(node)));
            return NetworkFolder.read(folder);
        } catch (IOException e) {
            throw new BadInputException("cannot write to " + folder + ": " + e, e);
        }
    }

    /**
     * Writes one node's folder.
     *
     * @param enodes of all nodes that it is to know
     */
    public static void writeNode(Path folder, Path genesis, NodeDefinition node, Profile profile, List<Enode> enodes)
            throws IOException {
        Files.createDirectories(folder);
        SecretFile.write(folder.resolve(NodeFolder.KEY), node.key().privateKey() + "\n");
        Files.writeString(
                folder.resolve(NodeFolder.PUBLIC_KEY),
                Numeric.prependHexPrefix(node.key().publicKey()) + "\n");
        Files.writeString(folder.resolve(NodeFolder.ADDRESS), node.key().address() + "\n");
        if (profile == Profile.PRODUCTION) {
            RpcKey.generate(folder.resolve(NodeFolder.RPC_KEY), folder.resolve(NodeFolder.RPC_PUBLIC_KEY));
        }
        Path relativeGenesis = folder.toAbsolutePath()
                .normalize()
                .relativize(genesis.toAbsolutePath().normalize());
        Files.writeString(
                folder.resolve(NodeFolder.CONFIG),
                ConfigToml.text(node, profile, relativeGenesis, Genesis.read(genesis)));
        Files.writeString(
                folder.resolve(NodeFolder.STATIC_NODES),
                enodes.stream()
                        .filter(e -> !e.publicKey().equals(node.key().publicKey()))
                        .map(e -> "  \"" + e + '"')
                        .collect(Collectors.joining(",\n", "[\n", "\n]\n")));
        writePermissions(
                folder.resolve(NodeFolder.PERMISSIONS),
                Stream.concat(enodes.stream(), Stream.of(node.enode()))
                        .distinct()
                        .toList());
    }

    /** Writes the list of nodes that a node talks to, as Besu itself writes it when it is changed by RPC. */
    public static void writePermissions(Path file, List<Enode> allowed) throws IOException {
        Files.writeString(
                file,
                allowed.stream()
                        .map(e -> "\"" + e + "\"")
                        .collect(Collectors.joining(",\n", "nodes-allowlist=[", "]\n")));
    }

    /**
     * Makes sure that nothing is overwritten.
     *
     * @throws BadInputException when there is something in the folder
     */
    static void requireEmpty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new BadInputException(folder
                        + " is not empty. Keys are never overwritten: name a folder that is empty or does not exist.");
            }
        } catch (IOException e) {
            throw new BadInputException(folder + " is no folder that can be used: " + e, e);
        }
    }

    private static void writeDefinition(Path folder, Path genesis, NetworkDefinition network) throws IOException {
        var root = JSON.createObjectNode();
        root.put("name", network.name());
        root.put("profile", network.profile().name().toLowerCase(Locale.ROOT));
        root.put("consensus", network.consensus().section());
        root.put("chainId", network.chainId());
        root.put("blockSeconds", network.blockSeconds());
        root.put(
                "genesis",
                folder.toAbsolutePath()
                        .normalize()
                        .relativize(genesis.toAbsolutePath().normalize())
                        .toString());
        var nodes = root.putArray("nodes");
        for (NodeDefinition node : network.nodes()) {
            nodes.addObject()
                    .put("name", node.name())
                    .put("address", node.key().address())
                    .put("enode", node.enode().toString());
        }
        Files.writeString(folder.resolve(NetworkFolder.DEFINITION), root.toPrettyString() + "\n");
    }
}
