package org.chargeproof.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.jspecify.annotations.Nullable;

/**
 * The keys of persons, in a file outside the database and its backups, encrypted as a whole by a key in another file. The file is replaced in
 * one moment, so that there is always a whole one, and one process at a time changes it; others notice. Who is removed from it cannot be read
 * any more, in no copy of the database.
 */
final class PersonKeys {
    static final String FORMAT = "chargeproof-person-keys/1";

    private static final long MOST_BYTES = 16L << 20;
    private static final int KEY_DIGITS = 2 * Sealing.KEY_BYTES;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();
    /** Files are locked for processes, not for threads of one. */
    private static final Object CHANGING = new Object();

    private final Path file;
    private final byte[] wrapping;
    private final String database;
    private volatile Known known;

    /** The file: which database the keys belong to, and the keys, wrapped. */
    private record Content(String format, String database, String keys) {}

    private record Known(Map<String, byte[]> keys, Object mark) {}

    private PersonKeys(Path file, byte[] wrapping, String database) {
        this.file = file;
        this.wrapping = wrapping;
        this.database = database;
        this.known = look();
    }

    /** The database that a file of keys belongs to; null when there is no file. */
    static @Nullable String databaseOf(Path file) {
        var content = read(file);
        return content == null ? null : content.database();
    }

    /**
     * Opens the file, or makes both files when there are none.
     *
     * @throws BadInputException when one is missing, is another one's, or may be read by others
     */
    static PersonKeys open(DatabaseConfig config, String database) {
        Path file = config.personKeysFile();
        Path keyFile = config.keyFile();
        var content = read(file);
        if (content == null) {
            byte[] wrapping = Files.exists(keyFile) ? wrapping(keyFile) : newWrapping(keyFile);
            write(file, wrapping, database, Map.of());
            return new PersonKeys(file, wrapping, database);
        }
        if (!content.database().equals(database)) {
            throw new BadInputException("the keys in " + file + " belong to database " + content.database()
                    + ", and this one is " + database + ". Name the file that belongs to it with --person-keys.");
        }
        if (!Files.exists(keyFile)) {
            throw new BadInputException("there is no " + keyFile + ", which wraps the keys in " + file
                    + ". Bring it back from where you keep its copy, or name it with --person-key-file.");
        }
        return new PersonKeys(file, wrapping(keyFile), database);
    }

    /** A person's key; null when there is no such person any more. */
    byte @Nullable [] of(String person) {
        return now().get(person);
    }

    /** Everybody who has a key. */
    Set<String> persons() {
        return Set.copyOf(now().keySet());
    }

    /** Gives a person a key. */
    byte[] add(String person) {
        byte[] key = Sealing.newKey();
        change(keys -> {
            var more = new HashMap<>(keys);
            more.put(person, key);
            return more;
        });
        return key;
    }

    /** Takes a person's key away for ever. @return whether there was one */
    boolean remove(String person) {
        if (!now().containsKey(person)) {
            return false;
        }
        change(keys -> {
            var fewer = new HashMap<>(keys);
            fewer.remove(person);
            return fewer;
        });
        return true;
    }

    private Map<String, byte[]> now() {
        if (!mark().equals(known.mark())) {
            known = look();
        }
        return known.keys();
    }

    private void change(Function<Map<String, byte[]>, Map<String, byte[]>> change) {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        synchronized (CHANGING) {
            try (var channel = FileChannel.open(
                            lock,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            SecretFile.ownerOnly(lock));
                    var held = channel.lock()) {
                if (!held.isValid()) {
                    throw new IllegalStateException(lock + " cannot be locked");
                }
                write(file, wrapping, database, change.apply(look().keys()));
                known = look();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
            }
        }
    }

    private Known look() {
        Object mark = mark();
        var content = read(file);
        if (content == null || !content.database().equals(database)) {
            throw new BadInputException(
                    "the keys of persons in " + file
                            + " are gone, or belong to another database. Bring back the newest copy, or name it with --person-keys.");
        }
        byte[] plain = Sealing.open(wrapping, place(database), bytes(file, content.keys()));
        if (plain == null) {
            throw new BadInputException("the key file does not open " + file
                    + ": it is another one's, or something was changed. Name the right one with --person-key-file.");
        }
        try {
            var keys = new HashMap<String, byte[]>();
            JSON.readValue(plain, new TypeReference<Map<String, String>>() {})
                    .forEach((person, key) -> keys.put(person, bytes(file, key)));
            return new Known(keys, mark);
        } catch (IOException e) {
            throw new BadInputException(file + " is no file of persons' keys.", e);
        }
    }

    /** Changes with every move of a new file over the old one. */
    private Object mark() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return "none";
        }
    }

    private static void write(Path file, byte[] wrapping, String database, Map<String, byte[]> keys) {
        var texts = new TreeMap<String, String>();
        keys.forEach((person, key) -> texts.put(person, Base64.getEncoder().encodeToString(key)));
        try {
            byte[] sealed = Sealing.seal(wrapping, place(database), JSON.writeValueAsBytes(texts));
            SecretFile.replace(
                    file,
                    (JSON.writeValueAsString(new Content(
                                            FORMAT,
                                            database,
                                            Base64.getEncoder().encodeToString(sealed)))
                                    + "\n")
                            .getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable Content read(Path file) {
        try {
            if (!Files.exists(file)) {
                return null;
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new BadInputException(
                        file + " has more than " + MOST_BYTES + " bytes: it holds no persons' keys.");
            }
            SecretFile.requireOwnerOnly(file);
            var content = JSON.readValue(Files.readAllBytes(file), Content.class);
            if (!FORMAT.equals(content.format())) {
                throw new BadInputException(
                        file + " is no file of format " + FORMAT + ". Name the right one with --person-keys.");
            }
            return content;
        } catch (JsonProcessingException e) {
            throw new BadInputException(
                    file + " is no file of persons' keys. Name the right one with --person-keys.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] wrapping(Path file) {
        SecretFile.requireOwnerOnly(file);
        try {
            String text =
                    Files.size(file) > MOST_BYTES ? "" : Files.readString(file).strip();
            if (!text.matches("[0-9a-f]{" + KEY_DIGITS + "}")) {
                throw new BadInputException("--person-key-file " + file + " holds no key: a key has " + KEY_DIGITS
                        + " hex digits in lower case.");
            }
            return HexFormat.of().parseHex(text);
        } catch (IOException e) {
            throw new BadInputException("--person-key-file: cannot read " + file + ".", e);
        }
    }

    private static byte[] newWrapping(Path file) {
        byte[] key = Sealing.newKey();
        try {
            SecretFile.replace(file, (HexFormat.of().formatHex(key) + "\n").getBytes(StandardCharsets.US_ASCII));
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Path file, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(file + " is no file of persons' keys.", e);
        }
    }

    private static String place(String database) {
        return FORMAT + " " + database;
    }
}
