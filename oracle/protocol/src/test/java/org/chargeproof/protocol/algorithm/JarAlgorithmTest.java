package org.chargeproof.protocol.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.chargeproof.protocol.encoding.Sha256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JarAlgorithmTest {
    private final ExecutorService workers = Executors.newFixedThreadPool(2);

    @AfterEach
    void close() {
        workers.close();
    }

    /** Stands in for an algorithm; compiled with the tests, run from a jar. */
    public static final class Reversing {
        private Reversing() {}

        /** The entry of an algorithm. */
        public static byte[] run(byte[] input) {
            return new StringBuilder(new String(input, StandardCharsets.US_ASCII))
                    .append(Reversing.class.getClassLoader().getName() == null ? "/apart" : "/inside")
                    .reverse()
                    .toString()
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    @Test
    void runsTheJarApartFromThisProcessClasses() throws IOException {
        byte[] jar = jar(Reversing.class.getName());
        var algorithm = JarAlgorithm.load(Sha256.of(jar), jar, workers);
        var plans = algorithm.plan(List.of(ascii("abc"), ascii("xyz")));
        assertThat(plans).containsExactly(ascii("trapa/cba"), ascii("trapa/zyx"));
    }

    @Test
    void refusesOtherBytesThanTheIdSays() throws IOException {
        byte[] jar = jar(Reversing.class.getName());
        var id = Sha256.of(jar);
        jar[jar.length - 1] ^= 1;
        assertThatThrownBy(() -> JarAlgorithm.load(id, jar, workers)).hasMessageContaining("have SHA-256");
    }

    @Test
    void refusesAJarWithoutAnAlgorithm() throws IOException {
        byte[] jar = jar(null);
        assertThatThrownBy(() -> JarAlgorithm.load(Sha256.of(jar), jar, workers))
                .hasMessageContaining("Algorithm-Class");
        byte[] missing = jar("org.example.Missing");
        assertThatThrownBy(() -> JarAlgorithm.load(Sha256.of(missing), missing, workers))
                .hasMessageContaining("cannot be loaded");
        byte[] noJar = ascii("no jar at all");
        assertThatThrownBy(() -> JarAlgorithm.load(Sha256.of(noJar), noJar, workers))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsTheVersionOfItsInputsFromTheManifest() throws IOException {
        assertThat(load(jar(Reversing.class.getName())).inputVersion()).isEqualTo(1);
        assertThat(load(jar(Reversing.class.getName(), "1")).inputVersion()).isEqualTo(1);
        assertThat(load(jar(Reversing.class.getName(), "2")).inputVersion()).isEqualTo(2);
        for (String unknown : List.of("0", "3", "02", "2.0", "")) {
            byte[] jar = jar(Reversing.class.getName(), unknown);
            assertThatThrownBy(() -> load(jar))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Input-Version: " + unknown);
        }
    }

    private JarAlgorithm load(byte[] jar) {
        return JarAlgorithm.load(Sha256.of(jar), jar, workers);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] jar(String entry) throws IOException {
        return jar(entry, null);
    }

    private static byte[] jar(String entry, String inputVersion) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (entry != null) {
            manifest.getMainAttributes().putValue("Algorithm-Class", entry);
        }
        if (inputVersion != null) {
            manifest.getMainAttributes().putValue("Input-Version", inputVersion);
        }
        var bytes = new ByteArrayOutputStream();
        String path = Reversing.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(bytes, manifest)) {
            out.putNextEntry(new JarEntry(path));
            out.write(Files.readAllBytes(Path.of("target", "test-classes", path)));
            out.closeEntry();
        }
        return bytes.toByteArray();
    }
}
