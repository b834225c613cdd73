package org.chargeproof.plugin.besu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.hyperledger.besu.plugin.BesuPlugin;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the declarations that the plugin is compiled against, type by type and method by method, against the jars of a real Besu. */
class DeclarationsIT {
    private static URLClassLoader besu;

    @BeforeAll
    static void findBesu() throws IOException {
        var lib = lib();
        boolean required = "1".equals(System.getenv("CHARGEPROOF_REQUIRE_BESU"));
        if (lib.isEmpty()) {
            String message =
                    "SKIPPED, no Besu on this machine: the declarations of its plugin API are not held against the real"
                            + " ones. Set BESU_HOME to an unpacked distribution, or put 'besu' on the PATH.";
            System.out.println(message);
            assertThat(required).as(message).isFalse();
            Assumptions.abort(message);
        }
        try (Stream<Path> jars = Files.list(lib.orElseThrow())) {
            besu = new URLClassLoader(
                    jars.filter(jar -> jar.toString().endsWith(".jar"))
                            .map(DeclarationsIT::url)
                            .toArray(URL[]::new),
                    ClassLoader.getPlatformClassLoader());
        }
    }

    @Test
    void everyDeclaredTypeAndMethodIsThere() throws Exception {
        var missing = new TreeSet<String>();
        var declared = declared();
        assertThat(declared).hasSizeGreaterThan(30);
        for (Class<?> ours : declared) {
            Class<?> theirs;
            try {
                theirs = besu.loadClass(ours.getName());
            } catch (ClassNotFoundException e) {
                if (!BesuApi.OPTIONAL.contains(ours.getName())) {
                    missing.add(ours.getName());
                }
                continue;
            }
            if (ours.isInterface() != theirs.isInterface()) {
                missing.add(ours.getName() + " is " + (theirs.isInterface() ? "an interface" : "a class"));
            }
            for (Method method : ours.getDeclaredMethods()) {
                if (Modifier.isPrivate(method.getModifiers()) || method.isSynthetic()) {
                    continue;
                }
                boolean there = Arrays.stream(theirs.getMethods())
                        .anyMatch(m -> signature(m).equals(signature(method))
                                && Modifier.isStatic(m.getModifiers()) == Modifier.isStatic(method.getModifiers())
                                && (m.isDefault() || !method.isDefault()));
                if (!there) {
                    missing.add(ours.getName() + ": " + signature(method));
                }
            }
            for (Field field : ours.getFields()) {
                boolean there = Arrays.stream(theirs.getFields())
                        .anyMatch(f -> f.getName().equals(field.getName())
                                && f.getType().getName().equals(field.getType().getName())
                                && Modifier.isStatic(f.getModifiers()) == Modifier.isStatic(field.getModifiers()));
                if (!there) {
                    missing.add(ours.getName() + ": field " + field.getName());
                }
            }
            for (Constructor<?> constructor : ours.getConstructors()) {
                boolean there = Arrays.stream(theirs.getConstructors())
                        .anyMatch(c -> names(c.getParameterTypes()).equals(names(constructor.getParameterTypes())));
                if (!ours.isInterface() && !there) {
                    missing.add(ours.getName() + ": constructor " + names(constructor.getParameterTypes()));
                }
            }
            for (Class<?> parent : ours.getInterfaces()) {
                if (!besu.loadClass(parent.getName()).isAssignableFrom(theirs)) {
                    missing.add(ours.getName() + " is no " + parent.getName());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void whatThePluginUsesAndImplementsIsThereAndAsksForNothingMore() {
        assertThat(BesuApi.missing(BesuApi.used(ChargePlugin.class), besu)).isEmpty();
    }

    private static String signature(Method method) {
        return method.getReturnType().getName() + " " + method.getName() + names(method.getParameterTypes());
    }

    private static String names(Class<?>[] types) {
        return Arrays.stream(types).map(Class::getName).toList().toString();
    }

    private static List<Class<?>> declared() throws Exception {
        Path classes = Path.of(BesuPlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var names = new ArrayList<String>();
        if (Files.isDirectory(classes)) {
            try (Stream<Path> files = Files.walk(classes)) {
                files.map(f -> classes.relativize(f).toString()).forEach(names::add);
            }
        } else {
            try (var jar = new JarFile(classes.toFile())) {
                jar.stream().map(JarEntry::getName).forEach(names::add);
            }
        }
        var types = new ArrayList<Class<?>>();
        for (String name : names) {
            if (name.endsWith(".class") && !name.matches(".*(package-info|\\$\\d+)\\.class")) {
                types.add(Class.forName(name.replace('/', '.').substring(0, name.length() - ".class".length())));
            }
        }
        return types;
    }

    private static Optional<Path> lib() throws IOException {
        var homes = new ArrayList<Path>();
        String home = System.getenv("BESU_HOME");
        if (home != null && !home.isBlank()) {
            homes.add(Path.of(home));
        }
        for (String folder :
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1)) {
            Path besu = Path.of(folder, "besu");
            if (!folder.isEmpty() && Files.isExecutable(besu)) {
                // bin/besu, maybe through a link
                homes.add(besu.toRealPath().getParent().getParent());
            }
        }
        return homes.stream()
                .map(h -> h.resolve("lib"))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
