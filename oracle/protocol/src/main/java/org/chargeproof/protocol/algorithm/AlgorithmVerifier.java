package org.chargeproof.protocol.algorithm;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether classes can do more than compute. What they may use is listed in {@link AllowedMembers}; whatever is not
 * listed is refused. Each class is looked at by a {@link ClassVerifier}; this class knows them all, and what belongs to whom.
 *
 * <p>It relies on the virtual machine's own verification, which every class loader but the platform's has: types are what they
 * say, and nothing is called but what the constant pool names.
 */
final class AlgorithmVerifier {
    /** Methods of Object that tell one object from its equals, or one run from another. */
    private static final Set<String> OBJECT_ONLY =
            Set.of("getClass", "hashCode", "notify", "notifyAll", "wait", "clone");

    private static final int OLDEST_JAVA_17 = 61;
    private static final int NEWEST_JAVA_25 = 69;

    private static final Map<String, Class<?>> SUPERCLASSES = Stream.of(
                    Object.class,
                    Record.class,
                    Enum.class,
                    Exception.class,
                    RuntimeException.class,
                    IllegalArgumentException.class,
                    IllegalStateException.class,
                    ArithmeticException.class)
            .collect(Collectors.toMap(c -> c.getName().replace('.', '/'), c -> c));
    private static final Set<String> INTERFACES =
            Set.of("java/lang/Comparable", "java/util/Comparator", "java/lang/Iterable", "java/util/Iterator");
    private static final String FUNCTIONS = "java/util/function/";
    private static final List<String> PLATFORM = List.of("java/", "javax/", "jdk/", "sun/", "com/sun/");
    private static final Set<String> THROWABLE = methodNames(Throwable.class);

    private final Map<String, ClassModel> classes;
    private final String mainClass;

    private AlgorithmVerifier(Map<String, ClassModel> classes, String mainClass) {
        this.classes = classes;
        this.mainClass = mainClass;
    }

    /**
     * Verifies all classes of a jar.
     *
     * @param classes class files by their names with slashes, as the jar says
     * @param entryClass has {@code public static byte[] run(byte[])}
     * @param mainClass may in addition read standard input, write standard output and end its process; empty when there is none
     * @throws IllegalArgumentException when one of them can do more than compute
     */
    static void verify(Map<String, byte[]> classes, String entryClass, String mainClass) {
        var models = new HashMap<String, ClassModel>();
        classes.forEach((name, bytes) -> models.put(name, parse(name, bytes)));
        new AlgorithmVerifier(models, mainClass).verify(entryClass);
    }

    private static ClassModel parse(String name, byte[] bytes) {
        try {
            var model = ClassFile.of(ClassFile.DebugElementsOption.PASS_DEBUG).parse(bytes);
            require(
                    model.thisClass().asInternalName().equals(name),
                    name,
                    "is the class " + model.thisClass().asInternalName());
            return model;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(name + " is no class file: " + e.getMessage(), e);
        }
    }

    private void verify(String entryClass) {
        require(!entryClass.equals(mainClass), entryClass, "is both what computes and what people start");
        var entry = classes.get(entryClass);
        require(entry != null, entryClass, "is missing, and should be what computes");
        require(
                entry != null
                        && entry.flags().has(AccessFlag.PUBLIC)
                        && entry.methods().stream()
                                .anyMatch(m -> m.methodName().equalsString("run")
                                        && m.methodType().equalsString("([B)[B")
                                        && m.flags().has(AccessFlag.PUBLIC)
                                        && m.flags().has(AccessFlag.STATIC)),
                entryClass,
                "has no public static byte[] run(byte[])");
        classes.forEach((name, model) -> {
            try {
                checkHead(name, model);
                new ClassVerifier(this, name, model).verify();
            } catch (IndexOutOfBoundsException | IllegalStateException | NullPointerException e) {
                throw new IllegalArgumentException(name + " is no class file: " + e.getMessage(), e);
            }
        });
    }

    private void checkHead(String name, ClassModel model) {
        require(
                model.majorVersion() >= OLDEST_JAVA_17
                        && model.majorVersion() <= NEWEST_JAVA_25
                        && model.minorVersion() == 0,
                name,
                "is of class file version " + model.majorVersion() + "." + model.minorVersion() + "; known are "
                        + OLDEST_JAVA_17 + ".0 to " + NEWEST_JAVA_25 + ".0 (Java 17 to 25, without previews)");
        require(
                name.contains("/") && PLATFORM.stream().noneMatch(name::startsWith),
                name,
                "is in the platform's packages, or in none");
        String superclass = superclass(model);
        require(
                classes.containsKey(superclass) || SUPERCLASSES.containsKey(superclass),
                name,
                "extends " + superclass + ", which is not allowed");
        for (var i : model.interfaces()) {
            String type = i.asInternalName();
            require(
                    classes.containsKey(type)
                            || INTERFACES.contains(type)
                            || (type.startsWith(FUNCTIONS) && AllowedMembers.type(type, false)),
                    name,
                    "implements " + type + ", which is not allowed");
        }
        Class<?> platform = platformSuperclass(name);
        for (var method : model.methods()) {
            String declared = method.methodName().stringValue();
            require(!declared.equals("finalize"), name, "has a finalizer");
            // a class that implements the interface inherits Object's, whatever the interface says
            require(
                    !model.flags().has(AccessFlag.INTERFACE) || !OBJECT_ONLY.contains(declared),
                    name,
                    "is an interface that declares " + declared + ", which is Object's");
            require(
                    !Throwable.class.isAssignableFrom(platform)
                            || declared.startsWith("<")
                            || !THROWABLE.contains(declared),
                    name,
                    "is an exception with a method " + declared + " of its own, which others would call");
        }
    }

    /** Whether a class of the jar may name a type. */
    boolean mayUse(String type, String user) {
        boolean main = user.equals(mainClass);
        return (classes.containsKey(type) && (main || !type.equals(mainClass))) || AllowedMembers.type(type, main);
    }

    /** Whether a type is a class of the jar. */
    boolean contains(String type) {
        return classes.containsKey(type);
    }

    /** Whether a class of the jar may use a member, wherever the virtual machine finds it. */
    boolean mayUse(String owner, String name, String descriptor, String user) {
        boolean main = user.equals(mainClass);
        if (owner.startsWith("[")) {
            return name.equals("clone") && descriptor.equals("()Ljava/lang/Object;");
        }
        if (!classes.containsKey(owner)) {
            return AllowedMembers.member(owner, name, descriptor, main);
        }
        // as the virtual machine looks it up: superclasses first, whatever interfaces say
        var chain = chain(owner);
        for (var model : chain) {
            if (declares(model, name, descriptor)) {
                return true;
            }
        }
        Class<?> platform = platformSuperclass(owner);
        if (methodNames(platform).contains(name) || name.startsWith("<")) {
            for (Class<?> c = platform; c != null; c = c.getSuperclass()) {
                if (AllowedMembers.member(c.getName().replace('.', '/'), name, descriptor, main)) {
                    return true;
                }
            }
            return false;
        }
        return interfaces(chain).stream()
                .anyMatch(i -> classes.containsKey(i)
                        ? declares(model(i), name, descriptor)
                        : AllowedMembers.member(i, name, descriptor, main));
    }

    /** Whether a class is what people start by hand. */
    boolean isMain(String type) {
        return type.equals(mainClass);
    }

    /** Whether a type is an enum of the jar; a constant's own class is one too. */
    boolean isEnum(String type) {
        return classes.containsKey(type) && platformSuperclass(type) == Enum.class;
    }

    /** Whether a type is an exception of the jar. */
    boolean isException(String type) {
        return classes.containsKey(type) && Throwable.class.isAssignableFrom(platformSuperclass(type));
    }

    /** The types that a descriptor names, without their arrays and without primitives. */
    static List<String> typesOf(String descriptor) {
        if (!descriptor.startsWith("(")) {
            return typesOf(ClassDesc.ofDescriptor(descriptor));
        }
        var method = MethodTypeDesc.ofDescriptor(descriptor);
        var types = new ArrayList<>(typesOf(method.returnType()));
        method.parameterList().forEach(p -> types.addAll(typesOf(p)));
        return types;
    }

    private static List<String> typesOf(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = java.util.Objects.requireNonNull(element.componentType());
        }
        String descriptor = element.descriptorString();
        return element.isPrimitive() ? List.of() : List.of(descriptor.substring(1, descriptor.length() - 1));
    }

    static void require(boolean condition, String where, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(where + " " + otherwise + ".");
        }
    }

    private ClassModel model(String name) {
        return java.util.Objects.requireNonNull(classes.get(name));
    }

    /** A class of the jar and its superclasses there. */
    private List<ClassModel> chain(String name) {
        var chain = new ArrayList<ClassModel>();
        for (ClassModel at = classes.get(name); at != null; at = classes.get(superclass(at))) {
            require(chain.size() < classes.size(), name, "is its own superclass");
            chain.add(at);
        }
        return chain;
    }

    private Class<?> platformSuperclass(String name) {
        String superclass = superclass(chain(name).getLast());
        Class<?> platform = SUPERCLASSES.get(superclass);
        require(platform != null, name, "extends " + superclass + ", which is not allowed");
        return java.util.Objects.requireNonNull(platform);
    }

    /** All interfaces of classes, those of the platform among them. */
    private Set<String> interfaces(List<ClassModel> chain) {
        var found = new HashSet<String>();
        var open = new ArrayList<>(chain);
        while (!open.isEmpty()) {
            for (var i : open.removeLast().interfaces()) {
                if (found.add(i.asInternalName()) && classes.containsKey(i.asInternalName())) {
                    open.add(model(i.asInternalName()));
                }
            }
        }
        return found;
    }

    private static String superclass(ClassModel model) {
        return model.superclass().map(s -> s.asInternalName()).orElse("nothing");
    }

    private static boolean declares(ClassModel model, String name, String descriptor) {
        return model.methods().stream()
                        .anyMatch(m -> m.methodName().equalsString(name)
                                && m.methodType().equalsString(descriptor))
                || model.fields().stream()
                        .anyMatch(f -> f.fieldName().equalsString(name)
                                && f.fieldType().equalsString(descriptor));
    }

    private static Set<String> methodNames(@Nullable Class<?> type) {
        var names = new HashSet<String>();
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (var method : c.getDeclaredMethods()) {
                names.add(method.getName());
            }
        }
        return names;
    }
}
