package org.chargeproof.protocol.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** A jar means one thing to all, or it is none. */
class StrictZipTest {
    private static final Path PLANNER = Path.of("src", "test", "resources", "algorithms", "planner-v1.jar");

    @Test
    void readsWhatOtherReadersRead() throws IOException {
        byte[] jar = Files.readAllBytes(PLANNER);
        var entries = StrictZip.read(jar);
        var streamed = new HashMap<String, byte[]>();
        try (var in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (var e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                streamed.put(e.getName(), in.readAllBytes());
            }
        }
        assertThat(entries).hasSize(35).containsExactlyInAnyOrderEntriesOf(streamed);
        try (var file = new ZipFile(PLANNER.toFile())) {
            for (var e : java.util.Collections.list(file.entries())) {
                assertThat(entries.get(e.getName()))
                        .isEqualTo(file.getInputStream(e).readAllBytes());
            }
        }
    }

    /** Whatever changes in a jar: either it is refused, or it means the same to a reader from the front and one from the back. */
    @Test
    void noChangedByteMakesItTwoPrograms() throws IOException {
        byte[] jar = TestJars.of("return in;", "");
        var random = new Random(20261125);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = jar.clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            Map<String, byte[]> entries;
            try {
                entries = StrictZip.read(changed);
            } catch (IllegalArgumentException e) {
                continue;
            }
            var streamed = new HashMap<String, byte[]>();
            try (var in = new ZipInputStream(new ByteArrayInputStream(changed))) {
                for (var e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                    streamed.put(e.getName(), in.readAllBytes());
                }
            }
            assertThat(entries).containsExactlyInAnyOrderEntriesOf(streamed);
        }
    }

    @Test
    void refusesTwoProgramsInOneJar() throws IOException {
        byte[] good = TestJars.of("return in;", "");
        byte[] bad = TestJars.of("System.exit(1); return in;", "");
        // a reader from the front sees one, a reader from the back the other
        refuse(concat(bad, good));
        refuse(concat(good, bad));
        refuse(concat(good, new byte[1]));
        refuse(concat(new byte[1], good));
        refuse(concat("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII), good));
        // a directory that passes over the entry that a stream gives
        refuse(withoutCentralEntry(zip(Map.of("a/A.class", new byte[3], "a/B.class", new byte[4]))));
        // the same name twice, in both places
        byte[] twice = zip(Map.of("a/A.class", new byte[3], "a/B.class", new byte[3]));
        for (int at = 0; at < twice.length - 8; at++) {
            if (new String(twice, at, 3, StandardCharsets.ISO_8859_1).equals("a/B")) {
                twice[at + 2] = 'A';
            }
        }
        refuse(twice);
        // names that differ in front
        byte[] renamed = zip(Map.of("a/A.class", new byte[3]));
        renamed[30 + 2] = 'B';
        refuse(renamed);
    }

    @Test
    void refusesBombs() throws IOException {
        refuse(zip(Map.of("a/A.class", new byte[600 << 10])));
        var many = new TreeMap<String, byte[]>();
        for (int i = 0; i < 513; i++) {
            many.put("a/A" + i + ".class", new byte[0]);
        }
        refuse(zip(many));
        var large = new TreeMap<String, byte[]>();
        for (int i = 0; i < 10; i++) {
            large.put("a/A" + i + ".class", new byte[500 << 10]);
        }
        refuse(zip(large));
        // sizes that lie
        byte[] lying = zip(Map.of("a/A.class", new byte[400 << 10]));
        var bytes = ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN);
        int central = bytes.getInt(lying.length - 6);
        bytes.putInt(central + 24, 10);
        refuse(lying);
    }

    @Test
    void refusesNamesThatLeadElsewhere() throws IOException {
        for (String name : new String[] {
            "../A.class", "/A.class", "a//A.class", "a/../A.class", "a\\A.class", "a/\u00e5.class", "a/A\n.class"
        }) {
            refuse(zip(Map.of(name, new byte[1])));
        }
    }

    @Test
    void refusesWhatAJarDoesBesideHoldingClasses() {
        var a = Map.of("bad/A.class", TestJars.classes("return in;", "").get("bad/A"));
        assertThat(AlgorithmJar.read(TestJars.zip(Map.of("Algorithm-Class", "bad.A"), a))
                        .classes())
                .hasSize(1);
        for (String attribute : new String[] {
            "Class-Path", "Launcher-Agent-Class", "Premain-Class", "Agent-Class", "Add-Opens", "Add-Exports",
            "Enable-Native-Access", "Multi-Release", "Sealed", "Profile", "Boot-Class-Path", "Can-Redefine-Classes"
        }) {
            refuseJar(TestJars.zip(Map.of("Algorithm-Class", "bad.A", attribute, "true"), a));
        }
        for (String name : new String[] {
            "META-INF/X.SF",
            "META-INF/X.RSA",
            "META-INF/INDEX.LIST",
            "META-INF/services/java.nio.file.spi.FileSystemProvider",
            "META-INF/versions/9/bad/A.class",
            "lib/inner.jar",
            "native.so",
            "bad/data.bin",
            "META-INF/manifest.mf"
        }) {
            var more = new TreeMap<>(a);
            more.put(name, new byte[3]);
            refuseJar(TestJars.zip(Map.of("Algorithm-Class", "bad.A"), more));
        }
        refuseJar(TestJars.zip(Map.of(), a));
        refuseJar(TestJars.zip(Map.of("Algorithm-Class", "bad.Missing"), a));
        refuseJar(TestJars.zip(Map.of("Algorithm-Class", "java.lang.System"), a));
        refuseJar(new byte[(1 << 20) + 1]);
        refuseJar(new byte[0]);
    }

    @Test
    void refusesAManifestThatStreamsDoNotFind() throws IOException {
        var files = new java.util.LinkedHashMap<String, byte[]>();
        files.put("bad/A.class", TestJars.classes("return in;", "").get("bad/A"));
        files.put("bad/", new byte[0]);
        files.put(
                "META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\nAlgorithm-Class: bad.A\n".getBytes(StandardCharsets.US_ASCII));
        refuseJar(zip(files));
    }

    private static void refuse(byte[] zip) {
        assertThatThrownBy(() -> StrictZip.read(zip)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void refuseJar(byte[] jar) {
        assertThatThrownBy(() -> AlgorithmJar.read(jar))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be used");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** Takes the first entry out of the central directory, as if it was not there. */
    private static byte[] withoutCentralEntry(byte[] zip) {
        var bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int end = zip.length - 22;
        int central = bytes.getInt(end + 16);
        int length = 46 + bytes.getShort(central + 28);
        byte[] shorter = concat(
                java.util.Arrays.copyOf(zip, central), java.util.Arrays.copyOfRange(zip, central + length, zip.length));
        var changed = ByteBuffer.wrap(shorter).order(ByteOrder.LITTLE_ENDIAN);
        int newEnd = shorter.length - 22;
        changed.putShort(newEnd + 8, (short) 1);
        changed.putShort(newEnd + 10, (short) 1);
        changed.putInt(newEnd + 12, newEnd - central);
        return shorter;
    }
}
