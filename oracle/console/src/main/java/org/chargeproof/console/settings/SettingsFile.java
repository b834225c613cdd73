package org.chargeproof.console.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.console.output.Printable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;
import picocli.CommandLine.Model.OptionSpec;

/** A command's options in a TOML file: a line {@code name = value} for each, by its long name without the dashes. */
final class SettingsFile {
    /** Of a file. The largest that anybody needs has some 2,000. */
    static final int MOST_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(SettingsFile.class);
    private static final int MOST_PROBLEMS = 10;
    private static final String SEPARATOR = ",";
    private static final Pattern URL_WITH_PASSWORD = Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]*://[^/@]*:[^/@]*@");
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> FRACTIONAL = Set.of(double.class, Double.class);
    private static final Set<Class<?>> YES_OR_NO = Set.of(boolean.class, Boolean.class);

    private final Path file;
    private final Map<String, OptionSpec> options;
    private final List<String> problems = new ArrayList<>();

    private SettingsFile(Path file, Map<String, OptionSpec> options) {
        this.file = file;
        this.options = options;
    }

    /**
     * Reads a file.
     *
     * @param options that it may set, by their names in it
     * @return what it sets, by these names
     * @throws BadInputException when it cannot be read, is larger than 1 MiB or no TOML, or sets what there is not, or to another type;
     *     all with file, line and remedy
     */
    static Map<String, Setting> read(Path file, Map<String, OptionSpec> options) {
        return new SettingsFile(file, options).settings(parse(file, text(file)));
    }

    private Map<String, Setting> settings(TomlTable toml) {
        var settings = new LinkedHashMap<String, Setting>();
        for (String key : toml.keySet()) {
            List<String> path = List.of(key);
            var position = toml.inputPositionOf(path);
            String at = position == null ? file.toString() : file + ", line " + position.line();
            Object value = toml.get(path);
            OptionSpec option = options.get(key);
            if (value instanceof TomlTable) {
                problem(at, "'" + Printable.of(key) + "' is a table. The file is for one command and has none.");
            } else if (option == null) {
                problem(
                        at,
                        "there is no setting '" + Printable.of(key) + "'."
                                + (problems.size() < MOST_PROBLEMS ? Nearest.remedy(key, options.keySet()) : "")
                                + (problems.isEmpty() ? " The command's --help has all." : ""));
            } else {
                String text = text(option, value);
                if (text == null) {
                    problem(at, key + " is " + shown(value) + "; it must be " + wanted(option) + ".");
                } else {
                    warnOfPassword(at, key, text);
                    settings.put(key, new Setting(text, at));
                }
            }
        }
        if (!problems.isEmpty()) {
            int more = problems.size() - MOST_PROBLEMS;
            throw new BadInputException(problems.stream().limit(MOST_PROBLEMS).collect(Collectors.joining("\n"))
                    + (more > 0 ? "\n... and " + more + " more" : ""));
        }
        return settings;
    }

    private void problem(String at, String what) {
        problems.add(at + ": " + what);
    }

    private void warnOfPassword(String at, String key, String value) {
        if (URL_WITH_PASSWORD.matcher(value).find()) {
            SecretFile.othersMayRead(file)
                    .ifPresent(mode -> LOG.warn(
                            "{}: {} has a password, and all users of this machine may read it ({}). Run: chmod 600 {}",
                            at,
                            key,
                            mode,
                            file));
        }
    }

    /** What would stand on the command line; null when it is of another type. */
    private static @Nullable String text(OptionSpec option, @Nullable Object value) {
        if (value instanceof TomlArray array && isList(option)) {
            var all = new ArrayList<String>();
            for (Object element : array.toList()) {
                String text = scalar(type(option), element);
                // one with a comma would be two
                if (text == null || text.contains(SEPARATOR)) {
                    return null;
                }
                all.add(text);
            }
            return all.isEmpty() ? null : String.join(SEPARATOR, all);
        }
        return scalar(type(option), value);
    }

    private static @Nullable String scalar(Class<?> type, @Nullable Object value) {
        boolean fits;
        if (WHOLE.contains(type)) {
            fits = value instanceof Long;
        } else if (FRACTIONAL.contains(type)) {
            fits = value instanceof Long || value instanceof Double;
        } else if (YES_OR_NO.contains(type)) {
            fits = value instanceof Boolean;
        } else {
            fits = value instanceof String || value instanceof Temporal;
        }
        return fits ? String.valueOf(value) : null;
    }

    private static String wanted(OptionSpec option) {
        Class<?> type = type(option);
        String one;
        if (WHOLE.contains(type)) {
            one = "a whole number, without quotation marks";
        } else if (FRACTIONAL.contains(type)) {
            one = "a number, without quotation marks";
        } else if (YES_OR_NO.contains(type)) {
            one = "true or false, without quotation marks";
        } else {
            one = "text in quotation marks";
        }
        return isList(option) ? one + ", or a list of these in [ ], not empty and without commas in them" : one;
    }

    private static Class<?> type(OptionSpec option) {
        return option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
    }

    private static boolean isList(OptionSpec option) {
        return option.isMultiValue() && !option.splitRegex().isEmpty();
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case String text -> "the text \"" + Printable.of(text) + "\"";
            case TomlArray array -> "a list of " + array.size();
            case Long number -> "the whole number " + number;
            case Double number -> "the number " + number;
            case Temporal time -> "the time " + time;
            case null -> "nothing";
            default -> value.toString();
        };
    }

    private static String text(Path file) {
        String name = "the configuration file " + file;
        try {
            // before it is opened: a pipe would wait, a device would not end
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new BadInputException(name + " is no file. Name a TOML file with --config.");
            }
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw tooLarge(name, size);
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MOST_BYTES + 1);
            }
            if (bytes.length > MOST_BYTES) {
                throw tooLarge(name, bytes.length);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new BadInputException(name + " does not exist.", e);
        } catch (AccessDeniedException e) {
            throw new BadInputException(
                    name + " may not be read by the user '" + System.getProperty("user.name")
                            + "'. Give it to that user, or let its group read it.",
                    e);
        } catch (CharacterCodingException e) {
            throw new BadInputException(name + " is not in UTF-8, which TOML is written in. Save it so.", e);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + name + " (" + e.getClass().getSimpleName() + ").", e);
        }
    }

    private static BadInputException tooLarge(String name, long bytes) {
        return new BadInputException(
                name + " has " + bytes + " bytes or more; it may have " + MOST_BYTES + ". Maybe it is another file.");
    }

    private static TomlTable parse(Path file, String text) {
        TomlParseResult toml;
        try {
            toml = Toml.parse(text);
        } catch (StackOverflowError e) {
            throw new BadInputException(file + " is no configuration file: its brackets are nested too deeply.", e);
        }
        if (toml.hasErrors()) {
            var error = toml.errors().getFirst();
            throw new BadInputException(file + ", line " + error.position().line() + " is no TOML: "
                    + Printable.of(String.valueOf(error.getMessage())));
        }
        return toml;
    }
}
