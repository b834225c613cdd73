package org.chargeproof.console.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chargeproof.console.input.BadInputException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command line whose commands take their options from the command line, else from the environment, else from a TOML file
 * ({@code --config}), else from their defaults.
 */
public final class ConfiguredCommandLine {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredCommandLine.class);
    private static final String COMMAND_LINE = "command line";

    private final CommandLine line;
    private final Map<String, String> environment;

    /**
     * A command line.
     *
     * @param line with its commands; each that has options gets {@code --config} too
     * @param environment that sets options which a command line leaves out
     */
    public ConfiguredCommandLine(CommandLine line, Map<String, String> environment) {
        this.line = line;
        this.environment = Map.copyOf(environment);
        addConfig(line);
    }

    /**
     * Runs a command.
     *
     * @return its exit code
     * @throws BadInputException when the file that it names cannot be used
     */
    public int execute(String... arguments) {
        var parsed = parseWhatCanBe(arguments);
        CommandSpec command = parsed.commandSpec();
        boolean asksForHelp = parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
        if (asksForHelp || command.findOption(Settings.CONFIG) == null) {
            return line.execute(arguments);
        }
        var settings = Settings.read(command, parsed.matchedOptionValue(Settings.CONFIG, (Path) null), environment);
        Settings.unknownVariables(command, environment).forEach(LOG::warn);
        command.defaultValueProvider(settings);
        var usual = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler((e, given) -> {
            var origin = origin(e, settings);
            if (origin.isEmpty()) {
                return usual.handleParseException(e, given);
            }
            // the usage would hide it
            e.getCommandLine().getErr().println(origin.get() + ": " + e.getMessage());
            return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        line.setExecutionStrategy(result -> {
            say(last(result), settings);
            return new CommandLine.RunLast().execute(result);
        });
        return line.execute(arguments);
    }

    /**
     * The options that are set, on the command line or elsewhere, by their long names with all their values, none for a flag: what a
     * process is given that is to do the same. {@code --config} is not among them.
     */
    public static Map<String, List<String>> given(CommandSpec command) {
        var given = new LinkedHashMap<String, List<String>>();
        ParseResult parsed = command.commandLine().getParseResult();
        IDefaultValueProvider settings = command.defaultValueProvider();
        for (OptionSpec option : command.options()) {
            String name = option.longestName();
            if (name.equals(Settings.CONFIG)) {
                continue;
            }
            boolean flag = option.arity().max() == 0;
            if (parsed.hasMatchedOption(name)) {
                given.put(name, flag ? List.of() : option.originalStringValues());
            } else if (settings instanceof Settings ours) {
                ours.setting(option)
                        .map(Setting::value)
                        .filter(value -> !flag || Boolean.parseBoolean(value))
                        .ifPresent(value -> given.put(name, flag ? List.of() : List.of(value)));
            }
        }
        return given;
    }

    /** Variable of the environment that sets an option of a command, where others could see a command line. */
    public static String variable(CommandSpec command, String option) {
        return Settings.variable(command, option);
    }

    /** Takes out of an environment what sets options of commands, for a process whose options are all on its command line. */
    public static void removeSettings(Map<String, String> environment) {
        Settings.remove(environment);
    }

    /** Parses for the command and its file alone: that options are missing is no error before the file is read. */
    private ParseResult parseWhatCanBe(String... arguments) {
        collectErrors(line, true);
        try {
            return last(line.parseArgs(arguments));
        } finally {
            collectErrors(line, false);
        }
    }

    private static ParseResult last(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last;
    }

    private static void collectErrors(CommandLine line, boolean collect) {
        line.getCommandSpec().parser().collectErrors(collect);
        line.getSubcommands().values().forEach(command -> collectErrors(command, collect));
    }

    private static void addConfig(CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        boolean hasOptions = command.options().stream().anyMatch(o -> !o.usageHelp() && !o.versionHelp());
        if (hasOptions && command.subcommands().isEmpty()) {
            command.addOption(OptionSpec.builder(Settings.CONFIG)
                    .paramLabel("FILE")
                    .type(Path.class)
                    .description("Takes options from a TOML file: a line '" + key(command) + " = ...' stands for --"
                            + key(command) + ". The command line goes first, then the environment ("
                            + Settings.variable(command, "--" + key(command)) + "), then the file.")
                    .build());
        }
        line.getSubcommands().values().forEach(ConfiguredCommandLine::addConfig);
    }

    private static String key(CommandSpec command) {
        return command.options().stream()
                .filter(o -> !o.usageHelp() && !o.versionHelp() && !o.hidden())
                .findFirst()
                .map(o -> o.longestName().replaceFirst("^--", ""))
                .orElse("option");
    }

    private static Optional<String> origin(CommandLine.ParameterException e, Settings settings) {
        return e.getArgSpec() instanceof OptionSpec option
                ? settings.setting(option)
                        .filter(s -> s.value().equals(e.getValue()))
                        .map(Setting::origin)
                : Optional.empty();
    }

    /** Where what is not the default comes from; without values, as some are secret. */
    private static void say(ParseResult parsed, Settings settings) {
        var byOrigin = new LinkedHashMap<String, List<String>>();
        boolean elsewhere = false;
        for (var entry : settings.options().entrySet()) {
            Optional<String> origin = parsed.hasMatchedOption(entry.getValue())
                    ? Optional.of(COMMAND_LINE)
                    : settings.setting(entry.getValue()).map(Setting::origin);
            elsewhere |= origin.isPresent() && !origin.get().equals(COMMAND_LINE);
            origin.ifPresent(o -> byOrigin.computeIfAbsent(o.replaceFirst(", line \\d+$", ""), k -> new ArrayList<>())
                    .add(entry.getKey()));
        }
        var all = byOrigin.entrySet().stream()
                .map(e -> String.join(", ", e.getValue()) + " (" + e.getKey() + ")")
                .toList();
        if (elsewhere) {
            LOG.info("settings: {}", String.join("; ", all));
        } else {
            LOG.debug("settings: {}", String.join("; ", all));
        }
    }
}
