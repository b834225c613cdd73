package org.chargeproof.protocol.algorithm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** The classes of a jar that lies in memory, with nothing but the platform's beside them. */
final class JarClassLoader extends ClassLoader {
    private final Manifest manifest;
    private final Map<String, byte[]> entries;

    private JarClassLoader(Manifest manifest, Map<String, byte[]> entries) {
        super(ClassLoader.getPlatformClassLoader());
        this.manifest = manifest;
        this.entries = entries;
    }

    static JarClassLoader of(byte[] jar) {
        try (var in = new JarInputStream(new ByteArrayInputStream(jar))) {
            var manifest = in.getManifest();
            var entries = new HashMap<String, byte[]>();
            for (var entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
            return new JarClassLoader(manifest == null ? new Manifest() : manifest, entries);
        } catch (IOException e) {
            throw new IllegalArgumentException("the algorithm's bytes are no jar: " + e.getMessage(), e);
        }
    }

    Manifest manifest() {
        return manifest;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] code = entries.get(name.replace('.', '/') + ".class");
        if (code == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, code, 0, code.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = entries.get(name);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }
}
