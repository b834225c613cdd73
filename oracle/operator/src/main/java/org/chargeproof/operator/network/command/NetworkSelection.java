package org.chargeproof.operator.network.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.ProjectFolder;
import org.chargeproof.operator.network.files.NetworkFolder;
import org.chargeproof.operator.network.files.NodeFolder;
import org.chargeproof.operator.network.process.BesuNetwork;
import org.chargeproof.operator.network.process.NodeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which network is meant, and where its nodes keep what changes. */
final class NetworkSelection {
    private static final String DEVELOPMENT_FOLDER = "network-config";
    private static final String DATA_FOLDER = ".network";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "The network's folder, made by 'network new' or 'network join'. Default: the development network.")
    private @Nullable Path dir;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Where nodes keep databases, logs and process numbers. Default: .network in the network's folder, or in"
                            + " the project's for the development network.")
    private @Nullable Path data;

    @Option(
            names = "--genesis",
            paramLabel = "FILE",
            description = "Another genesis file for the same nodes, with data of its own.")
    private @Nullable Path genesis;

    boolean isDevelopment() {
        return dir == null;
    }

    boolean hasOwnGenesis() {
        return genesis != null;
    }

    Path data() {
        if (data != null) {
            return data.toAbsolutePath().normalize();
        }
        return (dir == null ? ProjectFolder.find() : dir.toAbsolutePath())
                .resolve(DATA_FOLDER)
                .normalize();
    }

    /** The network, with the nodes that were added to it here. */
    NetworkFolder folder() {
        Path chosen = dir == null
                ? ProjectFolder.find().resolve(DEVELOPMENT_FOLDER)
                : dir.toAbsolutePath().normalize();
        NetworkFolder folder = NetworkFolder.read(chosen).with(added());
        if (folder.nodes().isEmpty()) {
            throw new BadInputException("no node of the network in " + chosen
                    + " has its folder there. Put your node's folder into it, or make one with 'network join'.");
        }
        return genesis == null
                ? folder
                : folder.withGenesis(genesis.toAbsolutePath().normalize());
    }

    /** The network to look at, not to start. */
    BesuNetwork network() {
        return new BesuNetwork(folder(), data(), null, NodeOptions.outlivingUs());
    }

    /** How to name this network in a command that is printed. */
    String asOptions() {
        return (dir == null ? "" : " --dir " + dir)
                + (data == null ? "" : " --data " + data)
                + (genesis == null ? "" : " --genesis " + genesis);
    }

    private List<NodeFolder> added() {
        Path folder = BesuNetwork.addedFolder(data());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> nodes = Files.list(folder)) {
            return nodes.filter(Files::isDirectory)
                    .sorted()
                    .map(NodeFolder::read)
                    .toList();
        } catch (IOException e) {
            throw new BadInputException("cannot read " + folder + ": " + e, e);
        }
    }
}
