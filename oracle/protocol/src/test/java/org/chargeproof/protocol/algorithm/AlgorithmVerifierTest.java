package org.chargeproof.protocol.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.chargeproof.protocol.encoding.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each thing that an algorithm must not do, in the disguises that a compiler or a class file writer can give it. */
class AlgorithmVerifierTest {
    private static final ClassDesc A = ClassDesc.of("bad.A");
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(ConstantDescs.CD_byte.arrayType(), ConstantDescs.CD_byte.arrayType());

    @Test
    void bothPlannersCanOnlyCompute() throws IOException {
        var first = Files.readAllBytes(Path.of("src", "test", "resources", "algorithms", "planner-v1.jar"));
        assertThat(AlgorithmJar.read(first).inputVersion()).isEqualTo(1);
        assertThat(AlgorithmJar.read(first).classes()).doesNotContainKey("org/chargeproof/planner/Main");
        var built = built("planner", Map.of("Input-Version", "2"));
        assertThat(AlgorithmJar.read(built).inputVersion()).isEqualTo(2);
    }

    @Test
    void theProgramOfBillsCanOnlyCompute() throws IOException {
        assertThat(AlgorithmJar.read(built("billing", Map.of())).entryClass())
                .isEqualTo("org.chargeproof.billing.Algorithm");
    }

    /** The jar of a module beside this one, out of its classes: its own is made after these tests. */
    private static byte[] built(String module, Map<String, String> attributes) throws IOException {
        var classes = new TreeMap<String, byte[]>();
        var folder = Path.of("..", module, "target", "classes");
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = folder.relativize(file).toString();
                classes.put(name.substring(0, name.length() - 6), Files.readAllBytes(file));
            }
        }
        var manifest = new TreeMap<>(attributes);
        manifest.put("Algorithm-Class", "org.chargeproof." + module + ".Algorithm");
        manifest.put("Main-Class", "org.chargeproof." + module + ".Main");
        return TestJars.jar(manifest, classes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return in;",
                "var l = new ArrayList<Integer>(); for (byte b : in) l.add((int) b); l.sort(Comparator.reverseOrder()); return in;",
                "var q = new PriorityQueue<Integer>(); q.add(1); return new byte[] {(byte) (int) q.poll()};",
                "return java.security.MessageDigest.getInstance(\"SHA-256\").digest(in);",
                "String s = \"n = \" + in.length; return s.getBytes(java.nio.charset.StandardCharsets.US_ASCII);",
                "record R(int a, long b) {} return new byte[] {(byte) new R(1, 2).b()};",
                "enum E { X, Y } return switch (E.values()[in.length % 2]) { case X -> in; case Y -> new byte[1]; };",
                "return new byte[] {(byte) IntStream.range(0, 9).map(i -> i * in.length).sum()};",
                "return java.math.BigInteger.TWO.pow(9).equals(java.math.BigInteger.TEN) ? in : new byte[2];"
            })
    void whatComputesPasses(String body) {
        byte[] jar = TestJars.of(body, "");
        assertThat(AlgorithmJar.read(jar).entryClass()).isEqualTo("bad.A");
        assertThat(JarAlgorithm.load(Sha256.of(jar), jar, 1).plan(java.util.List.of(new byte[3])))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // files, network, environment, processes
                "return java.nio.file.Files.readAllBytes(java.nio.file.Path.of(\"key\"));",
                "return new java.io.FileInputStream(\"key\").readAllBytes();",
                "new java.io.File(\"x\").delete(); return in;",
                "new java.net.Socket(\"127.0.0.1\", 80).close(); return in;",
                "java.net.URI.create(\"http://x\").toURL().openStream(); return in;",
                "return System.getenv(\"KEY\").getBytes();",
                "return System.getProperty(\"user.home\").getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "Runtime.getRuntime().exec(new String[] {\"sh\"}); return in;",
                "new ProcessBuilder(\"sh\").start(); return in;",
                "return System.in.readAllBytes();",
                "System.out.println(1); return in;",
                "System.exit(0); return in;",
                "Runtime.getRuntime().halt(0); return in;",
                "Function<String, String> f = System::getenv; return f.apply(\"KEY\").getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "Supplier<Map<String, String>> f = System::getenv; return new byte[] {(byte) f.get().size()};",
                "return new Scanner(\"x\").next().getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                // time, chance, identity
                "return new byte[] {(byte) System.nanoTime()};",
                "return new byte[] {(byte) System.currentTimeMillis()};",
                "LongSupplier c = System::nanoTime; return new byte[] {(byte) c.getAsLong()};",
                "return new byte[] {(byte) new Random().nextInt()};",
                "return new byte[] {(byte) (Math.random() * 100)};",
                "return UUID.randomUUID().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return new byte[] {(byte) new Object().hashCode()};",
                "return new byte[] {(byte) System.identityHashCode(in)};",
                "return new Object().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return new byte[] {(byte) new HashMap<Object, Object>(Map.of(in, in)).size()};",
                "return new byte[] {(byte) Objects.hash(in)};",
                "return String.format(\"%tc\", 0L).getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return String.format(\"%08x\", in.length).getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return \"x\".getBytes();",
                "return java.nio.charset.Charset.defaultCharset().name().getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return Locale.getDefault().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return new byte[] {(byte) Runtime.getRuntime().freeMemory()};",
                // reflection, class loading, handles
                "Class.forName(\"java.lang.Runtime\"); return in;",
                "return new byte[] {(byte) in.getClass().hashCode()};",
                "A.class.getClassLoader().loadClass(\"x.Y\"); return in;",
                "A.class.getResourceAsStream(\"x\").close(); return in;",
                "A.class.getMethods()[0].invoke(null); return in;",
                "java.lang.invoke.MethodHandles.lookup(); return in;",
                "ServiceLoader.load(Runnable.class).findFirst(); return in;",
                "java.lang.reflect.Proxy.newProxyInstance(null, new Class<?>[0], null); return in;",
                "new ClassLoader() {}.clearAssertionStatus(); return in;",
                "System.loadLibrary(\"x\"); return in;",
                "assert in.length > 0; return in;",
                // threads and waiting
                "new Thread(() -> {}).start(); return in;",
                "Thread.ofVirtual().start(() -> {}); return in;",
                "Thread.sleep(1000); return in;",
                "synchronized (in) { return in; }",
                "in.wait(); return in;",
                "\"shared\".notifyAll(); return in;",
                "java.util.concurrent.CompletableFuture.runAsync(() -> {}); return in;",
                "return new byte[] {(byte) IntStream.range(0, 9).parallel().sum()};",
                "return new byte[] {(byte) List.of(1).parallelStream().count()};",
                "Arrays.parallelSort(in); return in;",
                "new Timer(); return in;",
                "new ThreadLocal<Integer>().set(1); return in;",
                "Thread.currentThread().setName(\"x\"); return in;",
                // what ran out
                "try { return new byte[1 << 30]; } catch (OutOfMemoryError e) { return in; }",
                "try { return run(in); } catch (StackOverflowError e) { return in; }",
                "try { return run(in); } catch (Throwable e) { return in; }",
                "try { return run(in); } catch (Error e) { return in; }",
                "try { return run(in); } finally { in[0] = 1; }",
                "try { return run(in); } catch (VirtualMachineError e) { return in; }",
                // floating point, and what computes differently elsewhere
                "return new byte[] {(byte) (in.length * 0.1)};",
                "double d = in.length; return new byte[] {(byte) d};",
                "float f = in.length; return new byte[] {(byte) f};",
                "return new byte[] {(byte) Math.sin(in.length)};",
                "return new byte[] {(byte) StrictMath.cbrt(8)};",
                "return new byte[new float[1].length];",
                // other hashes, ciphers, providers
                "return java.security.MessageDigest.getInstance(\"MD5\").digest(in);",
                "String h = in.length > 1 ? \"SHA-256\" : \"MD5\"; return java.security.MessageDigest.getInstance(h).digest(in);",
                "return java.security.MessageDigest.getInstance(in.length > 1 ? \"MD5\" : \"SHA-256\").digest(in);",
                "return java.security.MessageDigest.getInstance(\"SHA-256\", \"SUN\").digest(in);",
                "java.security.Security.getProviders(); return in;",
                "new java.security.SecureRandom().nextBytes(in); return in;",
                // the rest
                "return \"x\".intern().getBytes(java.nio.charset.StandardCharsets.UTF_8);",
                "return java.nio.ByteBuffer.allocateDirect(9).array();",
                "new java.io.ObjectInputStream(null).readObject(); return in;",
                "new javax.script.ScriptEngineManager(); return in;",
                "java.util.logging.Logger.getGlobal().info(\"x\"); return in;",
                "Runnable r = (Runnable & java.io.Serializable) () -> {}; return in;",
                "new RuntimeException().printStackTrace(); return in;",
                "return new byte[] {(byte) new RuntimeException().getStackTrace().length};",
                "return new byte[] {(byte) StackWalker.getInstance().walk(s -> s.count()).intValue()};",
                "System.gc(); return in;"
            })
    void refusesWhatDoesMore(String body) {
        refuse(TestJars.of(body, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "static int calls; static byte[] x() { calls++; return null; }",
                "static final int[] MEMORY = new int[1]; static void x() { MEMORY[0]++; }",
                "static final int[] MEMORY = new int[1]; static int[] x() { return MEMORY; }",
                "static final int[] MEMORY = {1, 2}; static void x(int i) { int[] m = MEMORY; m[i] = 2; }",
                "static final int[][] MEMORY = {{1}};",
                "static final List<Integer> MEMORY = new ArrayList<>();",
                "static final Object MEMORY = new Object();",
                "static final A SELF = new A(); int state;",
                "static final Comparator<Integer> C = Comparator.naturalOrder();",
                "enum E { X; int state; }",
                "enum E { X; final int[] state = new int[1]; }",
                "static native void x();",
                "static synchronized void x() {}",
                "@Override protected void finalize() {}",
                "static class L extends ArrayList<Integer> {}",
                "static class T extends Thread {}",
                "static class S extends java.io.OutputStream { public void write(int b) {} }",
                "static class E extends Error {}",
                "static class X extends RuntimeException { @Override public String getMessage() { while (true) {} } }",
                "static class X extends RuntimeException { @Override public String toString() { return null; } }",
                "static class X extends RuntimeException { @Override public Throwable fillInStackTrace() { return this; } }",
                "static class X implements Runnable { public void run() {} }",
                "static class X implements java.util.concurrent.Callable<Integer> { public Integer call() { return 1; } }",
                "static class X implements Cloneable { Object x() throws Exception { return super.clone(); } }",
                "interface I { default Class<?> x() { return getClass(); } }",
                "record R(int a) { int x() { return hashCode(); } }",
                "record R(Thread t) {}",
                "static Thread t(Thread t) { return t; }",
                "@Deprecated static void x() {}",
                "static { System.setProperty(\"a\", \"b\"); }",
                "static String x(Object o) { return o instanceof Thread ? \"a\" : \"b\"; }",
                "static Class<?> x() { return Runtime.class; }"
            })
    void refusesMembersThatDoMoreOrRemember(String members) {
        refuse(TestJars.of("return in;", members));
    }

    @Test
    void refusesWhatOnlyAClassFileCanSay() {
        // an owner of its own that inherits what is not allowed
        refuseCode(
                c -> c.aload(0).checkcast(A).invokevirtual(A, "getClass", MethodTypeDesc.of(ConstantDescs.CD_Class)));
        refuseCode(c -> c.aload(0).invokevirtual(A, "notify", MethodTypeDesc.of(ConstantDescs.CD_void)));
        refuseCode(c -> c.aload(0).monitorenter());
        // a constant that is computed by whom it pleases
        refuseCode(c -> c.loadConstant(DynamicConstantDesc.ofNamed(
                MethodHandleDesc.ofMethod(
                        DirectMethodHandleDesc.Kind.STATIC,
                        ClassDesc.of("java.lang.invoke.ConstantBootstraps"),
                        "invoke",
                        MethodTypeDesc.ofDescriptor(
                                "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;"
                                        + "Ljava/lang/Class;Ljava/lang/invoke/MethodHandle;[Ljava/lang/Object;)Ljava/lang/Object;")),
                "x",
                ConstantDescs.CD_Object,
                MethodHandleDesc.ofMethod(
                        DirectMethodHandleDesc.Kind.STATIC,
                        ClassDesc.of("java.lang.Runtime"),
                        "getRuntime",
                        MethodTypeDesc.ofDescriptor("()Ljava/lang/Runtime;")))));
        // handles as constants
        refuseCode(c -> c.loadConstant(MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC,
                ClassDesc.of("java.lang.Math"),
                "abs",
                MethodTypeDesc.ofDescriptor("(I)I"))));
        refuseCode(c -> c.loadConstant(MethodTypeDesc.of(ConstantDescs.CD_void)));
        // linkers of one's own, and the compiler's called by hand
        refuseCode(c -> c.invokedynamic(java.lang.constant.DynamicCallSiteDesc.of(
                MethodHandleDesc.ofMethod(
                        DirectMethodHandleDesc.Kind.STATIC,
                        A,
                        "link",
                        MethodTypeDesc.ofDescriptor("(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;"
                                + "Ljava/lang/invoke/MethodType;)Ljava/lang/invoke/CallSite;")),
                "x",
                MethodTypeDesc.of(ConstantDescs.CD_void))));
        refuseCode(c -> c.aconst_null()
                .aconst_null()
                .aconst_null()
                .aconst_null()
                .aconst_null()
                .invokestatic(
                        ClassDesc.of("java.lang.invoke.StringConcatFactory"),
                        "makeConcatWithConstants",
                        MethodTypeDesc.ofDescriptor("(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;"
                                + "Ljava/lang/invoke/MethodType;Ljava/lang/String;[Ljava/lang/Object;)"
                                + "Ljava/lang/invoke/CallSite;")));
        // a jump past the constant
        refuseCode(c -> {
            var there = c.newLabel();
            c.ldc("MD5")
                    .aload(0)
                    .ifnull(there)
                    .pop()
                    .ldc("SHA-256")
                    .labelBinding(there)
                    .invokestatic(
                            ClassDesc.of("java.security.MessageDigest"),
                            "getInstance",
                            MethodTypeDesc.ofDescriptor("(Ljava/lang/String;)Ljava/security/MessageDigest;"));
        });
        // an interface that declares what its class inherits from Object
        var hidden = ClassFile.of()
                .build(
                        ClassDesc.of("bad.I"),
                        b -> b.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_INTERFACE | ClassFile.ACC_ABSTRACT)
                                .withMethod(
                                        "getClass",
                                        MethodTypeDesc.of(ConstantDescs.CD_Class),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT,
                                        m -> {}));
        var classes = new TreeMap<>(Map.of("bad/I", hidden));
        classes.put(
                "bad/A",
                code(c -> c.aconst_null()
                        .invokeinterface(
                                ClassDesc.of("bad.I"), "getClass", MethodTypeDesc.of(ConstantDescs.CD_Class))));
        refuse(TestJars.jar("bad/A", classes));
    }

    @Test
    void refusesClassesThatAreNotWhereTheyShouldBe() {
        byte[] a = code(c -> {});
        refuse(TestJars.jar("bad/B", Map.of("bad/B", a)));
        refuse(TestJars.jar("bad/B", Map.of("bad/A", a)));
        refuse(TestJars.jar(
                "java/lang/A", Map.of("java/lang/A", ClassFile.of().build(ClassDesc.of("java.lang.A"), b -> {}))));
        refuse(TestJars.jar("bad/A", Map.of("bad/A", new byte[100])));
        refuse(TestJars.jar("bad/A", Map.of("bad/A", java.util.Arrays.copyOf(a, a.length - 20))));
        byte[] newer = a.clone();
        newer[7]++;
        newer[7]++;
        refuse(TestJars.jar("bad/A", Map.of("bad/A", newer)));
        byte[] preview = a.clone();
        preview[4] = preview[5] = -1;
        refuse(TestJars.jar("bad/A", Map.of("bad/A", preview)));
        byte[] old = a.clone();
        old[7] = 49;
        refuse(TestJars.jar("bad/A", Map.of("bad/A", old)));
        // what people start may print; what computes may not call it
        var classes = new TreeMap<>(TestJars.classes(
                "B.main(null); return in;",
                "static class B { static void main(String[] a) { System.out.println(1); } }"));
        refuse(TestJars.jar(Map.of("Algorithm-Class", "bad.A", "Main-Class", "bad.A$B"), classes));
    }

    @Test
    void onlyWhatPeopleStartMayPrint() {
        var classes = TestJars.classes(
                "return in;", "static class B { static void main(String[] a) { System.out.println(1); } }");
        // the nest mentions it: apart from that, nothing does
        refuse(TestJars.jar("bad/A", classes));
        var apart = new TreeMap<>(
                TestJars.compile("package bad; class M { public static void main(String[] a) { System.exit(1); } }"));
        apart.put("bad/A", code(c -> {}));
        var jar = AlgorithmJar.read(TestJars.jar(Map.of("Algorithm-Class", "bad.A", "Main-Class", "bad.M"), apart));
        assertThat(jar.classes()).containsOnlyKeys("bad/A");
        refuse(TestJars.jar("bad/A", apart));
    }

    private static void refuseCode(Consumer<CodeBuilder> code) {
        refuse(TestJars.jar("bad/A", Map.of("bad/A", code(code))));
    }

    /** Class bad.A whose run does this and then returns what it got. */
    private static byte[] code(Consumer<CodeBuilder> code) {
        return ClassFile.of()
                .build(
                        A,
                        b -> b.withFlags(ClassFile.ACC_PUBLIC)
                                .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, c -> {
                                    code.accept(c);
                                    c.aload(0).areturn();
                                }));
    }

    private static void refuse(byte[] jar) {
        assertThatThrownBy(() -> AlgorithmJar.read(jar))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be used");
        assertThatThrownBy(() -> JarAlgorithm.load(Sha256.of(jar), jar, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
