package org.chargeproof.console.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What a command's options are set to where the command line does not say it: by the environment, else by a file. A variable of
 * nothing is not set.
 */
final class Settings implements IDefaultValueProvider {
    /** Names the file. */
    static final String CONFIG = "--config";

    private static final String PREFIX = "CHARGEPROOF_";
    private static final String DASHES = "--";
    /** What finds a network means the same to every command, and may be set for all of them at once. */
    private static final List<String> OF_ALL_COMMANDS = List.of("rpc", "rpc-token-file", "contract");

    /** Variables that stand for no option. */
    private static final Set<String> NO_SETTINGS = Set.of(PREFIX + "HOME", PREFIX + "LOG", PREFIX + "OPTS");

    private final Map<String, OptionSpec> options;
    private final Map<String, Setting> settings;

    private Settings(Map<String, OptionSpec> options, Map<String, Setting> settings) {
        this.options = options;
        this.settings = settings;
    }

    /**
     * Those of a command.
     *
     * @param file null to take the environment's, or none
     * @throws BadInputException when the file cannot be used
     */
    static Settings read(CommandSpec command, @Nullable Path file, Map<String, String> environment) {
        var options = options(command);
        var ofEnvironment = ofEnvironment(command, options, environment);
        var named = Optional.ofNullable(environment.get(variable(command, DASHES + "config")))
                .filter(value -> !value.isEmpty())
                .map(Settings::path);
        Path chosen = file == null ? named.orElse(null) : file;
        var settings = new LinkedHashMap<String, Setting>();
        if (chosen != null) {
            settings.putAll(SettingsFile.read(chosen, options));
        }
        settings.putAll(ofEnvironment);
        return new Settings(options, settings);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new BadInputException("the environment names a configuration file that this system cannot have: "
                    + Printable.of(e.getReason()) + ". With other characters in its name, set LANG to C.UTF-8.");
        }
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? setting(option).map(Setting::value).map(Settings::literal).orElse(null)
                : null;
    }

    /** In defaults picocli replaces variables, and two dollar signs by one; a value is to be what it would be on the command line. */
    private static String literal(String value) {
        return value.replace("$", "$$");
    }

    /** What an option is set to; empty when that is left to the command line and the option's default. */
    Optional<Setting> setting(OptionSpec option) {
        return Optional.ofNullable(settings.get(key(option)));
    }

    /** All options, by their names in a file. */
    Map<String, OptionSpec> options() {
        return options;
    }

    /** The variable that sets an option of a command. */
    static String variable(CommandSpec command, String option) {
        return prefix(command) + upper(option.substring(DASHES.length()));
    }

    /** Variables that begin like this command's and set nothing. */
    static List<String> unknownVariables(CommandSpec command, Map<String, String> environment) {
        var known = new ArrayList<>(variables(command));
        known.add(variable(command, CONFIG));
        return environment.keySet().stream()
                .filter(name -> name.startsWith(prefix(command)) && !known.contains(name))
                .sorted()
                .map(name -> name + " of the environment sets nothing." + Nearest.remedy(name, known))
                .toList();
    }

    /** Takes out of an environment what sets options, for a process whose options are all on its command line. */
    static void remove(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith(PREFIX) && !NO_SETTINGS.contains(name));
    }

    private static List<String> variables(CommandSpec command) {
        return options(command).keySet().stream()
                .map(key -> prefix(command) + upper(key))
                .toList();
    }

    private static Map<String, Setting> ofEnvironment(
            CommandSpec command, Map<String, OptionSpec> options, Map<String, String> environment) {
        var settings = new LinkedHashMap<String, Setting>();
        for (String key : options.keySet()) {
            var names = new ArrayList<>(List.of(prefix(command) + upper(key)));
            if (OF_ALL_COMMANDS.contains(key)) {
                names.add(PREFIX + upper(key));
            }
            names.stream()
                    .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                    .findFirst()
                    .ifPresent(name -> settings.put(key, new Setting(environment.getOrDefault(name, ""), name)));
        }
        return settings;
    }

    private static Map<String, OptionSpec> options(CommandSpec command) {
        var options = new LinkedHashMap<String, OptionSpec>();
        for (OptionSpec option : command.options()) {
            boolean sets = !option.hidden()
                    && !option.usageHelp()
                    && !option.versionHelp()
                    && option.longestName().startsWith(DASHES)
                    && !option.longestName().equals(CONFIG);
            if (sets) {
                options.put(key(option), option);
            }
        }
        return options;
    }

    private static String key(OptionSpec option) {
        return option.longestName()
                .substring(Math.min(DASHES.length(), option.longestName().length()));
    }

    /** CHARGEPROOF_ORACLE_, CHARGEPROOF_NETWORK_UP_. */
    private static String prefix(CommandSpec command) {
        String path = command.qualifiedName(" ");
        int root = path.indexOf(' ');
        return PREFIX + upper(root < 0 ? "" : path.substring(root + 1) + "_");
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
    }
}
