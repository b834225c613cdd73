package org.chargeproof.operator.network.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.operator.network.process.NodeOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of this machine were told when they were started, for those that are started later.
 *
 * @param plugins folder with the plugin's jars; null for the one that the build fills
 * @param contract the Consortium that the plugin follows; null for the first that it finds
 */
record RunSettings(@Nullable Path plugins, @Nullable String contract) {
    private static final String FILE = "up.properties";
    private static final String PLUGINS = "plugins";
    private static final String CONTRACT = "contract";

    /** What an earlier command remembered in a network's data folder; nothing when there was none. */
    static RunSettings read(Path data) {
        Path file = data.resolve(FILE);
        var properties = new Properties();
        if (Files.exists(file)) {
            try (var in = Files.newBufferedReader(file)) {
                properties.load(in);
            } catch (IOException e) {
                throw new BadInputException("cannot read " + file + ": " + e, e);
            }
        }
        String plugins = properties.getProperty(PLUGINS);
        return new RunSettings(
                plugins == null || !Files.isDirectory(Path.of(plugins)) ? null : Path.of(plugins),
                properties.getProperty(CONTRACT));
    }

    /** The same, but for what is given now. */
    RunSettings with(@Nullable Path otherPlugins, @Nullable String otherContract) {
        return new RunSettings(
                otherPlugins == null ? plugins : otherPlugins.toAbsolutePath().normalize(),
                otherContract == null ? contract : otherContract);
    }

    void write(Path data) {
        var lines = new ArrayList<String>();
        if (plugins != null) {
            lines.add(PLUGINS + "=" + plugins);
        }
        if (contract != null) {
            lines.add(CONTRACT + "=" + contract);
        }
        try {
            Files.createDirectories(data);
            Files.write(data.resolve(FILE), lines);
        } catch (IOException e) {
            throw new BadInputException("cannot write to " + data + ": " + e, e);
        }
    }

    /**
     * Options of nodes that are run like this.
     *
     * @param more options of Besu
     */
    NodeOptions apply(NodeOptions options, List<String> more) {
        var result = plugins == null ? options : options.withPlugins(plugins);
        var arguments = new ArrayList<>(more);
        if (contract != null && result.plugins() != null) {
            arguments.add("--plugin-charge-contract=" + contract);
        }
        return result.withArguments(arguments);
    }
}
