package org.chargeproof.plugin.besu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the plugin expects of Besu and the libraries that it brings, read from the plugin's own classes. Held against the Besu that
 * runs, it lets a node whose Besu has changed end with its reason before it takes part, and not in the middle of its work.
 */
final class BesuApi {
    private static final String OURS = "org/chargeproof/";
    /** Asked for by a Besu that has it, and not by others: {@link Readiness#check}. */
    static final Set<String> OPTIONAL =
            Set.of("org.hyperledger.besu.plugin.services.HealthCheckService$HealthCheckResult");

    /**
     * Something that is used.
     *
     * @param type name of the class or interface
     * @param member a method with its descriptor, or a field and its type behind a colon; empty for the type itself
     * @param isImplemented whether Besu calls it here, and not the other way round
     */
    record Use(String type, String member, boolean isImplemented) implements Comparable<Use> {
        @Override
        public int compareTo(Use other) {
            return Comparator.comparing(Use::type)
                    .thenComparing(Use::member)
                    .thenComparing(Use::isImplemented)
                    .compare(this, other);
        }

        @Override
        public String toString() {
            return (isImplemented ? "implemented " : "") + type + (member.isEmpty() ? "" : "#" + member);
        }
    }

    private BesuApi() {}

    /** What a class and all of ours that it leads to use of neither us nor Java. */
    static SortedSet<Use> used(Class<?> root) {
        var uses = new TreeSet<Use>();
        var seen = new HashSet<String>();
        var next = new ArrayDeque<String>();
        next.add(root.getName().replace('.', '/'));
        while (!next.isEmpty()) {
            String name = next.remove();
            if (seen.add(name)) {
                var model = read(root, name);
                for (PoolEntry entry : model.constantPool()) {
                    add(entry, uses, next);
                }
                model.interfaces().stream()
                        .map(ClassEntry::asInternalName)
                        .filter(BesuApi::isForeign)
                        .forEach(type -> model.methods().stream()
                                .filter(m -> m.flags().has(AccessFlag.PUBLIC)
                                        && !m.flags().has(AccessFlag.STATIC))
                                .forEach(m -> uses.add(new Use(
                                        dotted(type),
                                        m.methodName().stringValue()
                                                + m.methodType().stringValue(),
                                        true))));
            }
        }
        return uses;
    }

    /** What of it a Besu does not have, and what it asks for and does not get, in words; empty when all fits. */
    static SortedSet<String> missing(Set<Use> uses, ClassLoader besu) {
        var missing = new TreeSet<String>();
        for (Use use : uses) {
            var type = load(use.type(), besu);
            boolean there = type == null
                    ? OPTIONAL.contains(use.type())
                    : use.isImplemented() || use.member().isEmpty() || has(type, use.member());
            if (!there) {
                missing.add(use.toString());
            }
        }
        var implemented = uses.stream()
                .filter(Use::isImplemented)
                .collect(Collectors.groupingBy(Use::type, Collectors.mapping(Use::member, Collectors.toSet())));
        implemented.forEach((name, members) -> {
            var type = load(name, besu);
            if (type != null) {
                Stream.of(type.getMethods())
                        .filter(m -> Modifier.isAbstract(m.getModifiers()))
                        .map(BesuApi::member)
                        .filter(m -> !members.contains(m))
                        .forEach(m -> missing.add("implemented " + name + "#" + m));
            }
        });
        return missing;
    }

    private static void add(PoolEntry entry, Set<Use> uses, Queue<String> next) {
        switch (entry) {
            case ClassEntry type -> {
                String name = type.asInternalName();
                if (name.startsWith(OURS)) {
                    next.add(name);
                } else if (isForeign(name)) {
                    uses.add(new Use(dotted(name), "", false));
                }
            }
            case MemberRefEntry member -> addMember(member, uses);
            case InvokeDynamicEntry made -> addLambda(made, uses);
            default -> {
                // says nothing about others
            }
        }
    }

    private static void addMember(MemberRefEntry member, Set<Use> uses) {
        String owner = member.owner().asInternalName();
        if (isForeign(owner)) {
            String descriptor = member.type().stringValue();
            uses.add(new Use(
                    dotted(owner),
                    member.name().stringValue() + (descriptor.startsWith("(") ? "" : ":") + descriptor,
                    false));
        }
    }

    private static void addLambda(InvokeDynamicEntry made, Set<Use> uses) {
        var arguments = made.bootstrap().arguments();
        String name = internal(made.typeSymbol().returnType());
        if (isForeign(name) && !arguments.isEmpty() && arguments.getFirst() instanceof MethodTypeEntry descriptor) {
            uses.add(new Use(
                    dotted(name),
                    made.name().stringValue() + descriptor.descriptor().stringValue(),
                    true));
        }
    }

    private static ClassModel read(Class<?> root, String name) {
        try (var in = root.getClassLoader().getResourceAsStream(name + ".class")) {
            if (in == null) {
                throw new IllegalStateException(
                        "the class " + dotted(name) + " is missing. Copy all jars of the plugin.");
            }
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Class<?> load(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /** Looked up as the virtual machine would: a list of all members would also need what none of ours touches. */
    private static boolean has(Class<?> type, String member) {
        var lookup = MethodHandles.publicLookup();
        try {
            int split = member.indexOf('(') >= 0 ? member.indexOf('(') : member.indexOf(':');
            String name = member.substring(0, split);
            String descriptor = member.substring(split).replace(":", "()");
            var signature = MethodType.fromMethodDescriptorString(descriptor, type.getClassLoader());
            if (member.contains(":")) {
                return found(() -> lookup.findGetter(type, name, signature.returnType()))
                        || found(() -> lookup.findStaticGetter(type, name, signature.returnType()));
            }
            return name.equals("<init>")
                    ? found(() -> lookup.findConstructor(type, signature))
                    : found(() -> lookup.findVirtual(type, name, signature))
                            || found(() -> lookup.findStatic(type, name, signature));
        } catch (TypeNotPresentException | LinkageError e) {
            return false;
        }
    }

    /** A look for a member. */
    private interface Look {
        MethodHandle find() throws ReflectiveOperationException;
    }

    private static boolean found(Look look) {
        try {
            return look.find() != null;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static String member(Method method) {
        return method.getName()
                + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .toMethodDescriptorString();
    }

    /** Whether it is a class of neither us nor Java. */
    private static boolean isForeign(String internalName) {
        return !internalName.isEmpty()
                && !internalName.startsWith("[")
                && !internalName.startsWith("java/")
                && !internalName.startsWith(OURS);
    }

    private static String internal(ClassDesc type) {
        String descriptor = type.descriptorString();
        return type.isClassOrInterface() ? descriptor.substring(1, descriptor.length() - 1) : "";
    }

    private static String dotted(String internalName) {
        return internalName.replace('/', '.');
    }
}
