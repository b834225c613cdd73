package org.chargeproof.protocol.algorithm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.plan.InputVersion;

/**
 * An algorithm's jar, read and found harmless: the one reader for whoever stores, approves, loads or audits an algorithm. What it
 * may hold is described in docs/reference/algorithms.md.
 */
public final class AlgorithmJar {
    /** As in AlgorithmRegistry. */
    public static final int MOST_BYTES = 1 << 20;

    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String CLASS = ".class";
    private static final String ENTRY_CLASS = "Algorithm-Class";
    /** What says nothing to a Java that runs the jar but where to begin. */
    private static final Set<String> ATTRIBUTES = Set.of(
            "manifest-version",
            "created-by",
            "build-jdk-spec",
            "build-tool-jdk-spec",
            "implementation-title",
            "implementation-version",
            "implementation-vendor",
            "main-class",
            "algorithm-class",
            "input-version");

    private final Bytes32 id;
    private final byte[] bytes;
    private final int inputVersion;
    private final String entry;
    private final Map<String, byte[]> classes;

    private AlgorithmJar(Bytes32 id, byte[] bytes, int inputVersion, String entry, Map<String, byte[]> classes) {
        this.id = id;
        this.bytes = bytes;
        this.inputVersion = inputVersion;
        this.entry = entry;
        this.classes = classes;
    }

    /**
     * Reads a jar and verifies its classes.
     *
     * @throws IllegalArgumentException when it is too large, no plain jar, holds anything but classes that compute, or reads inputs
     *     of a version that is not known; the message says what and where
     */
    public static AlgorithmJar read(byte[] jar) {
        byte[] bytes = jar.clone();
        Bytes32 id = Sha256.of(bytes);
        try {
            return checked(id, bytes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "algorithm " + id + " cannot be used: "
                            + AlgorithmException.printable(String.valueOf(e.getMessage()))
                            + " See docs/reference/algorithms.md for what an algorithm may be.",
                    e);
        }
    }

    /**
     * The same, for bytes that are said to be an algorithm's.
     *
     * @param id SHA-256 that the bytes must have
     */
    public static AlgorithmJar read(Bytes32 id, byte[] jar) {
        if (!Sha256.of(jar).equals(id)) {
            throw new IllegalArgumentException(
                    "the bytes given for algorithm " + id + " have SHA-256 " + Sha256.of(jar) + ".");
        }
        return read(jar);
    }

    private static AlgorithmJar checked(Bytes32 id, byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException("it has " + bytes.length + " bytes; at most are " + MOST_BYTES
                    + ". Leave out what it does not need.");
        }
        var entries = StrictZip.read(bytes);
        var classes = new TreeMap<String, byte[]>();
        int position = 0;
        Manifest manifest = new Manifest();
        for (var file : entries.entrySet()) {
            String name = file.getKey();
            if (name.equals(MANIFEST)) {
                // where JarInputStream finds it too
                if (position > 1) {
                    throw new IllegalArgumentException("its manifest is not at its beginning.");
                }
                manifest = manifest(file.getValue());
            } else if (name.endsWith(CLASS)) {
                classes.put(name.substring(0, name.length() - CLASS.length()), file.getValue());
            } else if (!isMetadata(name) && !name.endsWith("/")) {
                throw new IllegalArgumentException("it holds " + name
                        + ", which is no class. Leave out resources, native libraries, signatures and other jars.");
            }
            position++;
        }
        Attributes attributes = manifest.getMainAttributes();
        String entry = attributes.getValue(ENTRY_CLASS);
        if (entry == null) {
            throw new IllegalArgumentException("there is no " + ENTRY_CLASS + " in its manifest.");
        }
        String mainClass = attributes.getValue(Attributes.Name.MAIN_CLASS);
        String main = mainClass == null ? "" : mainClass.replace('.', '/');
        AlgorithmVerifier.verify(classes, entry.replace('.', '/'), main);
        // what people start by hand is no part of the computation
        classes.remove(main);
        return new AlgorithmJar(id, bytes, InputVersion.of(manifest), entry, Collections.unmodifiableMap(classes));
    }

    private static boolean isMetadata(String name) {
        return name.matches("META-INF/maven/[A-Za-z0-9._-]+/[A-Za-z0-9._-]+/pom\\.(xml|properties)");
    }

    private static Manifest manifest(byte[] bytes) {
        Manifest manifest;
        try {
            manifest = new Manifest(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new IllegalArgumentException("its manifest cannot be read: " + e.getMessage() + ".", e);
        }
        if (!manifest.getEntries().isEmpty()) {
            throw new IllegalArgumentException("its manifest has sections for single entries. Leave them out.");
        }
        for (Object name : manifest.getMainAttributes().keySet()) {
            if (!ATTRIBUTES.contains(name.toString().toLowerCase(java.util.Locale.ROOT))) {
                throw new IllegalArgumentException("its manifest has the attribute " + name + "; allowed are "
                        + ATTRIBUTES.stream().sorted().toList() + ".");
            }
        }
        return manifest;
    }

    /** SHA-256 of the jar. */
    public Bytes32 id() {
        return id;
    }

    /** A copy of the jar. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Version of the inputs that it reads: see {@link InputVersion}. */
    public int inputVersion() {
        return inputVersion;
    }

    /** The class with {@code public static byte[] run(byte[])}, with dots. */
    public String entryClass() {
        return entry;
    }

    /** The classes that compute, by their names with slashes. The arrays are not copies: leave them as they are. */
    public Map<String, byte[]> classes() {
        return classes;
    }
}
