package org.chargeproof.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * API keys in one file: their names, roles and times, and SHA-256 of their secrets, never a secret itself. The file is written beside,
 * forced to the disk and moved over the old one, so that there is always a whole one; one program at a time changes it. A reader {@link
 * #refresh looks again} when it changes.
 */
public final class ApiKeys {
    /** What every key begins with, so that it is found where it must not be. */
    public static final String PREFIX = "cpk_";

    private static final int MOST_KEYS = 1_000;
    private static final long MOST_BYTES = 1L << 20;
    private static final int ID_BYTES = 4;
    private static final int SECRET_BYTES = 32;
    private static final Pattern TEXT = Pattern.compile(PREFIX + "([0-9a-f]{8})_([0-9a-f]{64})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    private final Path file;
    private volatile Known known;

    /**
     * A key, without its secret.
     *
     * @param id 8 hex digits; a part of the key that is no secret
     * @param name whose it is
     * @param role see {@link Role#word}
     * @param sha256 of the secret's 32 bytes, in hex
     * @param created RFC 3339
     * @param expires RFC 3339; empty when it does not
     */
    public record Key(String id, String name, String role, String sha256, String created, String expires) {
        boolean isExpired(Instant now) {
            return !expires.isEmpty() && !Instant.parse(expires).isAfter(now);
        }
    }

    /**
     * A key that was made just now.
     *
     * @param text the key itself, which is kept nowhere
     */
    public record Made(Key key, String text) {}

    private record Content(int format, List<Key> keys) {}

    /** What was on disk when it was looked at: nothing counts while it cannot be read. */
    private record Known(boolean exists, List<Key> keys, Object mark) {}

    /** Opens a file, which need not be there. What cannot be read has no keys, and says so in the log. */
    public ApiKeys(Path file) {
        this.file = file;
        this.known = look();
    }

    /** Whether there is a file of keys. */
    public boolean exists() {
        return known.exists();
    }

    /** All keys, those that have expired too. */
    public List<Key> all() {
        return known.keys();
    }

    /** Looks whether the file has changed, and reads it again if so. */
    public void refresh() {
        if (!mark().equals(known.mark())) {
            known = look();
        }
    }

    /** The key that a text is, if it counts now. Takes the same time for every wrong secret. */
    public Optional<Key> find(String text, Instant now) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        byte[] asked = sha256(HexFormat.of().parseHex(parts.group(2)));
        String id = parts.group(1);
        return known.keys().stream()
                .filter(key -> key.id().equals(id))
                .filter(key -> MessageDigest.isEqual(HexFormat.of().parseHex(key.sha256()), asked))
                .filter(key -> !key.isExpired(now))
                .findFirst();
    }

    /**
     * Makes a key.
     *
     * @param expires null when it does not
     * @throws IllegalArgumentException with the remedy
     */
    public Made make(String name, Role role, @Nullable Instant expires, Instant now, SecureRandom random) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a name has 1 to 64 letters, digits, spaces, dots, hyphens and underscores, and begins with a letter or digit");
        }
        if (expires != null && !expires.isAfter(now)) {
            throw new IllegalArgumentException("it would expire at " + expires + ", which is past");
        }
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        var key = new Key(
                HexFormat.of().formatHex(id),
                name,
                role.word(),
                HexFormat.of().formatHex(sha256(secret)),
                now.toString(),
                expires == null ? "" : expires.toString());
        change(keys -> {
            if (keys.size() >= MOST_KEYS) {
                throw new IllegalArgumentException(
                        "there are " + MOST_KEYS + " keys, which is the limit. Revoke those that are not used");
            }
            if (keys.stream()
                    .anyMatch(other -> other.name().equals(name) || other.id().equals(key.id()))) {
                throw new IllegalArgumentException("there is a key '" + name + "'. Revoke it, or choose another name");
            }
            var more = new ArrayList<>(keys);
            more.add(key);
            return more;
        });
        return new Made(key, PREFIX + key.id() + "_" + HexFormat.of().formatHex(secret));
    }

    /**
     * Ends a key.
     *
     * @param idOrName of the key
     * @throws NoSuchElementException when there is none
     */
    public Key revoke(String idOrName) {
        var revoked = new ArrayList<Key>();
        change(keys -> {
            var rest = new ArrayList<>(keys);
            rest.removeIf(key -> {
                boolean isIt = key.id().equals(idOrName) || key.name().equals(idOrName);
                if (isIt) {
                    revoked.add(key);
                }
                return isIt;
            });
            if (revoked.isEmpty()) {
                throw new NoSuchElementException(
                        "there is no key '" + idOrName + "'. `chargeproof api-key list` shows ids and names");
            }
            return rest;
        });
        return revoked.getFirst();
    }

    private synchronized void change(Function<List<Key>, List<Key>> change) {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try (var channel = FileChannel.open(
                        lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly());
                var held = channel.lock()) {
            if (!held.isValid()) {
                throw new IllegalStateException(lock + " cannot be locked");
            }
            write(change.apply(read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        known = look();
    }

    private Known look() {
        Object mark = mark();
        try {
            return new Known(Files.exists(file), read(file), mark);
        } catch (IOException | IllegalArgumentException e) {
            // who revokes a key must be able to rely on it
            LOG.error("No API key counts until this is repaired: {}", e.getMessage());
            return new Known(true, List.of(), mark);
        }
    }

    /** Changes with every move of a new file over the old one. */
    private Object mark() {
        try {
            var attributes = Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class);
            return List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return "none";
        }
    }

    private static List<Key> read(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(
                        file + " has more than " + MOST_BYTES + " bytes: it is no file of keys");
            }
            var content = MAPPER.readValue(Files.readAllBytes(file), Content.class);
            if (content.format() != 1) {
                throw new IllegalArgumentException(file + " has the format " + content.format()
                        + "; this program reads format 1. Use the one that wrote it");
            }
            content.keys().forEach(key -> check(file, key));
            return List.copyOf(content.keys());
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is no file of keys: " + e.getOriginalMessage(), e);
        }
    }

    private static void check(Path file, Key key) {
        if (Role.of(key.role()).isEmpty()
                || !key.id().matches("[0-9a-f]{8}")
                || !key.sha256().matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(file + " is no file of keys: the key '" + key.name() + "' is none");
        }
        try {
            if (key.isExpired(Instant.EPOCH)) {
                throw new IllegalArgumentException(
                        file + ": the key '" + key.name() + "' expired before there were any");
            }
        } catch (java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException(file + ": the key '" + key.name() + "' expires at no time", e);
        }
    }

    private void write(List<Key> keys) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(half);
        try (var channel =
                FileChannel.open(half, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
            var bytes = ByteBuffer.wrap(
                    (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(new Content(1, keys)) + "\n")
                            .getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && isPosix()) {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
