package org.chargeproof.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Makes jars from source text, as somebody with a compiler would. */
final class TestJars {
    static final String ENTRY = "bad/A";

    private TestJars() {}

    /** A jar of class bad.A whose {@code run} has this body, with members beside it. */
    static byte[] of(String body, String members) {
        return jar(ENTRY, classes(body, members));
    }

    /** The classes of it, by their names with slashes. */
    static Map<String, byte[]> classes(String body, String members) {
        return compile("package bad; import java.util.*; import java.util.function.*; import java.util.stream.*;\n"
                + "public class A {\n public static byte[] run(byte[] in) throws Exception {\n" + body + "\n}\n"
                + members
                + "\n}");
    }

    static byte[] jar(String entry, Map<String, byte[]> classes) {
        return jar(Map.of("Algorithm-Class", entry.replace('/', '.')), classes);
    }

    static byte[] jar(Map<String, String> attributes, Map<String, byte[]> classes) {
        var files = new TreeMap<String, byte[]>();
        classes.forEach((name, bytes) -> files.put(name + ".class", bytes));
        return zip(attributes, files);
    }

    static byte[] zip(Map<String, String> attributes, Map<String, byte[]> files) {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        var bytes = new ByteArrayOutputStream();
        try (var out = new JarOutputStream(bytes, manifest)) {
            for (var file : files.entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue());
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Map<String, byte[]> compile(String source) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new DiagnosticCollector<JavaFileObject>();
        var classes = new TreeMap<String, byte[]>();
        var files =
                new ForwardingJavaFileManager<JavaFileManager>(
                        compiler.getStandardFileManager(problems, Locale.ROOT, null)) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                            @Override
                            public ByteArrayOutputStream openOutputStream() {
                                return new ByteArrayOutputStream() {
                                    @Override
                                    public void close() {
                                        classes.put(className.replace('.', '/'), toByteArray());
                                    }
                                };
                            }
                        };
                    }
                };
        var text = new SimpleJavaFileObject(URI.create("memory:///bad/A.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        var options = new ArrayList<>(List.of("-proc:none", "-Xlint:none", "-nowarn"));
        if (!compiler.getTask(null, files, problems, options, null, List.of(text))
                .call()) {
            throw new IllegalArgumentException(problems.getDiagnostics() + "\n" + source);
        }
        return classes;
    }
}
