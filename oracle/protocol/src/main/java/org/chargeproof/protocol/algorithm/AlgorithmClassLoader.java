package org.chargeproof.protocol.algorithm;

import java.util.Map;

/** Classes of an algorithm that were verified, with nothing but the platform's beside them. */
final class AlgorithmClassLoader extends ClassLoader {
    private final Map<String, byte[]> classes;

    /** @param classes by their names with slashes */
    AlgorithmClassLoader(Map<String, byte[]> classes) {
        // java.base alone: the platform's loader would offer databases and web clients too
        super(null);
        this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] code = classes.get(name.replace('.', '/'));
        if (code == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, code, 0, code.length);
    }
}
