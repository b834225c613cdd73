package org.chargeproof.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The files that the pages are made of, as the build has bundled them. */
final class PageFiles {
    private static final String FOLDER = "web/";
    private static final String LIST = "files.txt";
    /** The planner as a script, of the module that compiles it. */
    private static final String PLANNER = "planner.js";

    private static final String PLANNER_FOLDER = "/org/chargeproof/rerun/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "txt", "text/plain; charset=utf-8");

    private final Map<String, PageFile> byName = new TreeMap<>();

    /**
     * A file.
     *
     * @param type as a {@code Content-Type} says it
     * @param tag changes with the content; quoted, as an {@code ETag} is
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record PageFile(String type, String tag, byte[] content) {}

    private PageFiles() {}

    /** Reads all of them: a few hundred kilobytes. */
    static PageFiles read() {
        var files = new PageFiles();
        new String(bytes(FOLDER + LIST), StandardCharsets.UTF_8)
                .lines()
                .forEach(name -> files.add(name, bytes(FOLDER + name)));
        files.add(PLANNER, bytes(PLANNER_FOLDER + PLANNER));
        return files;
    }

    /**
     * A file by its name.
     *
     * @throws IllegalArgumentException when there is none
     */
    PageFile named(String name) {
        var file = byName.get(name);
        if (file == null) {
            throw new IllegalArgumentException("no page is made of " + name + ". Maybe it is missing in the build");
        }
        return file;
    }

    /** The names of all files, ascending. */
    Iterable<String> names() {
        return byName.keySet();
    }

    private void add(String name, byte[] content) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalStateException("no content type is known for " + name);
        }
        byName.put(name, new PageFile(type, '"' + hash(content) + '"', content));
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing in the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
