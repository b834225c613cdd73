package org.chargeproof.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.chargeproof.console.input.BadInputException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * A database in a file: a line of JSON for each row, encrypted as it is, the same for every database, so that one made of H2 can be brought
 * back into PostgreSQL. The last line has a hash of all others.
 */
public final class Backup {
    static final String FORMAT = "chargeproof-database/1";

    private static final List<String> TABLES = List.of("persons", "wallets", "sessions", "tokens");
    private static final Set<String> NUMBERED = Set.of("sessions", "tokens");
    private static final int MOST_LINE_BYTES = 64 << 10;
    private static final int FETCHED_ROWS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What was brought back.
     *
     * @param rows in the backup
     * @param forgotten persons in it who were deleted since it was made
     */
    public record Restored(long rows, int forgotten) {}

    private Backup() {}

    static long write(Path file, Jdbi jdbi, String database) {
        if (Files.exists(file)) {
            throw new BadInputException(file + " exists. Backups are never overwritten: name another file.");
        }
        Path half = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(half);
            long rows;
            try (var channel = FileChannel.open(
                            half,
                            Set.of(java.nio.file.StandardOpenOption.CREATE_NEW, java.nio.file.StandardOpenOption.WRITE),
                            org.chargeproof.console.input.SecretFile.ownerOnly(half));
                    var digesting = new DigestOutputStream(
                            new BufferedOutputStream(Channels.newOutputStream(channel)), sha256())) {
                line(digesting, JSON.createObjectNode().put("format", FORMAT).put("database", database));
                // one moment for all tables
                rows = jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, h -> {
                    long written = 0;
                    for (String table : TABLES) {
                        written += write(h, table, digesting);
                    }
                    return written;
                });
                digesting.flush();
                String hash =
                        HexFormat.of().formatHex(digesting.getMessageDigest().digest());
                line(digesting, JSON.createObjectNode().put("rows", rows).put("sha256", hash));
                digesting.flush();
                channel.force(true);
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the backup " + file + ": " + e.getMessage(), e);
        }
    }

    private static long write(Handle h, String table, OutputStream out) {
        boolean isNumbered = NUMBERED.contains(table);
        return h
                .createQuery("select person, " + (isNumbered ? "number, " : "") + "record from " + table)
                .setFetchSize(FETCHED_ROWS)
                .map((row, context) -> {
                    var node = JSON.createObjectNode().put("table", table).put("person", row.getString("person"));
                    if (isNumbered) {
                        node.put("number", row.getInt("number"));
                    }
                    return node.put("record", Base64.getEncoder().encodeToString(row.getBytes("record")));
                })
                .stream()
                .mapToLong(node -> {
                    line(out, node);
                    return 1;
                })
                .sum();
    }

    private static void line(OutputStream out, ObjectNode node) {
        try {
            out.write((JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The database that a backup was made of. @throws BadInputException when it is no backup */
    static String databaseOf(Path file) {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            return database(file, json(file, next(file, in)));
        } catch (IOException e) {
            throw new BadInputException("cannot read the backup " + file + ".", e);
        }
    }

    private static String database(Path file, JsonNode head) {
        if (!head.path("format").asText().equals(FORMAT)) {
            throw new BadInputException(file + " is no backup of format " + FORMAT + ".");
        }
        return head.path("database").asText();
    }

    /** Brings all rows back, or none. @return how many */
    static long read(Path file, Jdbi jdbi) {
        var digest = sha256();
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            return jdbi.inTransaction(h -> {
                byte[] head = next(file, in);
                String database = database(file, json(file, head));
                digest.update(head);
                long rows = 0;
                while (true) {
                    byte[] line = next(file, in);
                    var node = json(file, line);
                    if (node.has("sha256")) {
                        if (!node.get("sha256").asText().equals(HexFormat.of().formatHex(digest.digest()))
                                || node.path("rows").asLong(-1) != rows
                                || in.read() >= 0) {
                            throw damaged(file, null);
                        }
                        Persons.touch(h);
                        PersonDatabase.bind(h, database);
                        return rows;
                    }
                    digest.update(line);
                    insert(file, h, node);
                    rows++;
                }
            });
        } catch (IOException e) {
            throw new BadInputException("cannot read the backup " + file + ".", e);
        }
    }

    private static void insert(Path file, Handle h, JsonNode node) {
        String table = node.path("table").asText();
        String person = node.path("person").asText();
        if (!TABLES.contains(table) || !person.matches("[0-9a-f]{32}")) {
            throw damaged(file, null);
        }
        try {
            byte[] record = Base64.getDecoder().decode(node.path("record").asText());
            if (NUMBERED.contains(table)) {
                h.execute(
                        "insert into " + table + " (person, number, record) values (?, ?, ?)",
                        person,
                        node.path("number").asInt(),
                        record);
            } else {
                h.execute("insert into " + table + " (person, record) values (?, ?)", person, record);
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private static byte[] next(Path file, InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                return line.toByteArray();
            }
            if (line.size() > MOST_LINE_BYTES) {
                break;
            }
        }
        throw damaged(file, null);
    }

    private static JsonNode json(Path file, byte[] line) {
        try {
            return JSON.readTree(new String(line, StandardCharsets.US_ASCII));
        } catch (JsonProcessingException e) {
            throw damaged(file, e);
        }
    }

    private static BadInputException damaged(Path file, @Nullable Exception cause) {
        String text = "the backup " + file + " is not whole, or no backup at all. Nothing was brought back.";
        return cause == null ? new BadInputException(text) : new BadInputException(text, cause);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
