package org.chargeproof.operator.network.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.chargeproof.console.input.BadInputException;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

/**
 * Options of Besu as a node takes them: those of its command line before those of the environment before those of its
 * {@code config.toml}. Names are without the dashes in front.
 */
final class NodeSettings {
    private static final String DASHES = "--";

    private final Map<String, String> file;
    private final Map<String, String> environment;
    private final Map<String, String> arguments;

    private NodeSettings(Map<String, String> file, Map<String, String> environment, Map<String, String> arguments) {
        this.file = file;
        this.environment = environment;
        this.arguments = arguments;
    }

    /**
     * Those of a file alone.
     *
     * @throws BadInputException when it cannot be read or is no TOML
     */
    static NodeSettings read(Path config) {
        try {
            TomlParseResult toml = Toml.parse(config);
            if (toml.hasErrors()) {
                throw new BadInputException(
                        config + " is no TOML: " + toml.errors().getFirst() + ". Besu does not take it either.");
            }
            var file = new HashMap<String, String>();
            // Besu takes an option in whatever table it stands
            toml.keyPathSet().forEach(path -> file.put(path.getLast(), text(toml.get(path))));
            return new NodeSettings(file, Map.of(), Map.of());
        } catch (IOException e) {
            throw new BadInputException(
                    "there is no node in " + config.getParent() + ": cannot read " + config + " ("
                            + e.getClass().getSimpleName() + ").",
                    e);
        }
    }

    /**
     * The same as a node takes them that is started with these.
     *
     * @param variables of the environment; those that begin with {@code BESU_} count
     * @param options of the command line
     */
    NodeSettings overriddenBy(Map<String, String> variables, List<String> options) {
        var given = new HashMap<String, String>();
        for (int i = 0; i < options.size(); i++) {
            String option = options.get(i);
            if (option.startsWith(DASHES)) {
                String[] parts = option.substring(DASHES.length()).split("=", 2);
                boolean apart = parts.length == 1
                        && i + 1 < options.size()
                        && !options.get(i + 1).startsWith(DASHES);
                given.put(parts[0], parts.length == 2 ? parts[1] : apart ? options.get(i + 1) : "true");
            }
        }
        return new NodeSettings(file, Map.copyOf(variables), given);
    }

    /** What an option is set to, lists separated by commas; empty when it is not set. */
    Optional<String> text(String option) {
        return Optional.ofNullable(arguments.get(option))
                .or(() -> Optional.ofNullable(environment.get(variable(option))))
                .or(() -> Optional.ofNullable(file.get(option)));
    }

    /** Whether an option that is off by default is on, or set to something that is not clearly off. */
    boolean mayBeOn(String option) {
        return text(option).filter(value -> !value.equalsIgnoreCase("false")).isPresent();
    }

    /** Whether an option is on for certain. */
    boolean isOn(String option) {
        return text(option).filter(value -> value.equalsIgnoreCase("true")).isPresent();
    }

    /** A list; empty when it is not set. */
    List<String> list(String option) {
        return text(option).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The variable of the environment that sets the same. */
    static String variable(String option) {
        return "BESU_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String text(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof TomlArray array
                ? String.join(",", array.toList().stream().map(String::valueOf).toList())
                : String.valueOf(value);
    }
}
