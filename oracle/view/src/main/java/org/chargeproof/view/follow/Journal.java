package org.chargeproof.view.follow;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What followed from the chain so far: a line of JSON for the network, then one for each block that mattered. All nodes of a
 * network write the same bytes. It can be deleted at any time: it is written anew from the chain.
 */
final class Journal implements AutoCloseable {
    private final Path file;
    private final OutputStream out;

    private Journal(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** Where it lies. */
    static Path in(Path folder) {
        return folder.resolve("journal.jsonl");
    }

    /** The first line of a journal; null when there is none. */
    static @Nullable String header(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try (var lines = new LineReader(file)) {
            return lines.next();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + file, e);
        }
    }

    /** The last lines of a journal, the newest first; what is behind the end of the last line does not count. */
    static List<String> lastLines(Path file, int count) {
        var last = new ArrayDeque<String>();
        if (Files.exists(file)) {
            try (var lines = new LineReader(file)) {
                for (String line = lines.next(); line != null; line = lines.next()) {
                    last.addFirst(line);
                    if (last.size() > count) {
                        last.removeLast();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the journal " + file, e);
            }
        }
        return List.copyOf(last);
    }

    /**
     * Opens the journal of a network, and tells what it holds.
     *
     * @param header first line; a journal with another one is another network's, and put aside
     * @param reader told each line after the first; the first that it does not take, and all behind it, are cut off
     */
    static Journal open(Path file, String header, Predicate<String> reader) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.exists(file) && !startsWith(file, header)) {
                Files.move(file, aside(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (Files.exists(file)) {
                cut(file, replay(file, reader));
            }
            var journal = new Journal(file, append(file));
            if (Files.size(file) == 0) {
                journal.append(header);
            }
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the journal " + file, e);
        }
    }

    /** Adds a line; it is with the operating system when this returns. */
    void append(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the journal " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the journal " + file, e);
        }
    }

    private static OutputStream append(Path file) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    private static Path aside(Path file) {
        return file.resolveSibling(file.getFileName() + ".old");
    }

    private static boolean startsWith(Path file, String header) throws IOException {
        byte[] expected = (header + "\n").getBytes(StandardCharsets.UTF_8);
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(expected.length), expected);
        }
    }

    /** @return length up to the last line that was taken */
    private static long replay(Path file, Predicate<String> reader) throws IOException {
        long good = 0;
        try (var lines = new LineReader(file)) {
            String line = lines.next();
            while (line != null) {
                // the first one is the header, and known to be right
                if (good > 0 && !reader.test(line)) {
                    return good;
                }
                good = lines.position();
                line = lines.next();
            }
        }
        return good;
    }

    private static void cut(Path file, long length) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }
}
