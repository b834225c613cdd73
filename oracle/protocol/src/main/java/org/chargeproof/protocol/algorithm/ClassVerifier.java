package org.chargeproof.protocol.algorithm;

import static org.chargeproof.protocol.algorithm.AlgorithmVerifier.require;
import static org.chargeproof.protocol.algorithm.AlgorithmVerifier.typesOf;

import java.lang.classfile.AttributedElement;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.DoubleEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.FloatEntry;
import java.lang.classfile.constantpool.IntegerEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.LongEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.ModuleEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PackageEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at one class: its constant pool for what it can reach, its fields for what it can remember, its code for the rest. */
final class ClassVerifier {
    private static final Set<String> ATTRIBUTES = Set.of(
            "BootstrapMethods",
            "Code",
            "ConstantValue",
            "Deprecated",
            "EnclosingMethod",
            "Exceptions",
            "InnerClasses",
            "LineNumberTable",
            "LocalVariableTable",
            "LocalVariableTypeTable",
            "MethodParameters",
            "NestHost",
            "NestMembers",
            "PermittedSubclasses",
            "Record",
            "Signature",
            "SourceFile",
            "StackMapTable",
            "Synthetic");

    private static final String CONCAT = "java/lang/invoke/StringConcatFactory.makeConcatWithConstants";
    private static final String LAMBDA = "java/lang/invoke/LambdaMetafactory.metafactory";
    private static final String RECORD = "java/lang/runtime/ObjectMethods.bootstrap";
    /** What compilers link calls with, each to be used so and in no other way. */
    private static final Map<String, String> LINKERS = Map.of(
            CONCAT,
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;Ljava/lang/String;"
                    + "[Ljava/lang/Object;)Ljava/lang/invoke/CallSite;",
            LAMBDA,
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
                    + "Ljava/lang/invoke/MethodType;Ljava/lang/invoke/MethodHandle;Ljava/lang/invoke/MethodType;)"
                    + "Ljava/lang/invoke/CallSite;",
            RECORD,
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/TypeDescriptor;"
                    + "Ljava/lang/Class;Ljava/lang/String;[Ljava/lang/invoke/MethodHandle;)Ljava/lang/Object;");

    private static final Set<String> LINKER_TYPES = Set.of(
            "java/lang/invoke/StringConcatFactory",
            "java/lang/invoke/LambdaMetafactory",
            "java/lang/runtime/ObjectMethods");

    private static final String DIGEST = "java/security/MessageDigest.getInstance";
    private static final String FORMAT = "java/lang/String.format";
    private static final String FORMAT_TYPE = "(Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String;";
    private static final String FIRST_ARGUMENT = "SHA-256";

    /** What stands between the format and the call of it. */
    private static final List<String> FORMATTED = List.of(
            "CONSTANT 1",
            "NEW_REF_ARRAY",
            "STACK",
            "CONSTANT 0",
            "LOAD",
            "java/nio/ByteBuffer.wrap",
            "LOAD",
            "java/nio/ByteBuffer.getInt",
            "java/lang/Integer.valueOf",
            "ARRAY_STORE");

    /** What may be caught: never what a machine throws because something ran out. */
    private static final Set<String> CAUGHT = Set.of(
            "java/lang/ArithmeticException", "java/lang/NoSuchFieldError", "java/security/NoSuchAlgorithmException");

    private static final Set<String> UNCHANGING = Set.of("Ljava/lang/String;", "Ljava/math/BigInteger;");
    private static final String WHOLE_NUMBERS = "ZBCSIJ";

    private final AlgorithmVerifier all;
    private final String name;
    private final ClassModel model;
    /** Static arrays without elements. */
    private final Set<String> emptyArrays = new HashSet<>();

    ClassVerifier(AlgorithmVerifier all, String name, ClassModel model) {
        this.all = all;
        this.name = name;
        this.model = model;
    }

    void verify() {
        attributes(model, name);
        for (PoolEntry entry : model.constantPool()) {
            check(entry);
        }
        var linkers = new HashSet<Integer>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof InvokeDynamicEntry call) {
                linker(call);
                linkers.add(call.bootstrap().bsmIndex());
            }
        }
        require(
                linkers.size() == model.constantPool().bootstrapMethodCount(),
                name,
                "links calls that it does not make");
        for (var attribute : model.attributes()) {
            if (attribute instanceof RecordAttribute components) {
                components.components().forEach(c -> {
                    attributes(c, name);
                    types(c.descriptor().stringValue());
                });
            }
        }
        findEmptyArrays();
        model.fields().forEach(this::field);
        model.methods().forEach(this::method);
    }

    private void check(PoolEntry entry) {
        switch (entry) {
            case ClassEntry e -> {
                String type = e.asInternalName();
                for (String t : type.startsWith("[") ? typesOf(type) : List.of(type)) {
                    require(
                            all.mayUse(t, name) || LINKER_TYPES.contains(t),
                            name,
                            "uses " + t + ", which is not allowed");
                }
            }
            case MemberRefEntry e -> member(e);
            case NameAndTypeEntry e -> types(e.type().stringValue());
            case MethodTypeEntry e -> types(e.descriptor().stringValue());
            case MethodHandleEntry e -> {
                var target = e.reference();
                require(
                        !isChecked(key(target)),
                        name,
                        "takes a handle of " + key(target) + ", which must be called with a constant");
            }
            case ConstantDynamicEntry e -> require(false, name, "has a constant that is computed when it is needed");
            case ModuleEntry e -> require(false, name, "speaks of modules");
            case PackageEntry e -> require(false, name, "speaks of packages");
            case FloatEntry e -> require(false, name, "computes with floating point");
            case DoubleEntry e -> require(false, name, "computes with floating point");
            default -> {
                // text and whole numbers
            }
        }
    }

    private void member(MemberRefEntry e) {
        String owner = e.owner().asInternalName();
        String member = e.name().stringValue();
        String descriptor = e.type().stringValue();
        String key = key(e);
        // an enum's, and what follows from it, differs from run to run
        require(!member.equals("hashCode") || !descriptor.equals("()I"), name, "asks for a hash code");
        require(
                all.mayUse(owner, member, descriptor, name)
                        || descriptor.equals(LINKERS.get(key))
                        || (key.equals(FORMAT) && descriptor.equals(FORMAT_TYPE)),
                name,
                "uses " + key + descriptor + ", which is not allowed");
    }

    private void linker(InvokeDynamicEntry call) {
        var bootstrap = call.bootstrap();
        var linker = bootstrap.bootstrapMethod().reference();
        String key = key(linker);
        require(
                linker.type().stringValue().equals(LINKERS.get(key)),
                name,
                "links calls with " + key + ", which is not allowed");
        var arguments = bootstrap.arguments();
        switch (key) {
            case CONCAT -> {
                for (LoadableConstantEntry a : arguments) {
                    require(
                            a instanceof StringEntry || a instanceof IntegerEntry || a instanceof LongEntry,
                            name,
                            "puts something else than text and numbers into text");
                }
                // what is no text yet became text by String.valueOf before
                for (String type : typesOf(call.type().stringValue())) {
                    require(type.equals("java/lang/String"), name, "puts a " + type + " into text");
                }
            }
            case LAMBDA -> {
                require(
                        arguments.size() == 3
                                && arguments.get(0) instanceof MethodTypeEntry
                                && arguments.get(1) instanceof MethodHandleEntry
                                && arguments.get(2) instanceof MethodTypeEntry,
                        name,
                        "has a lambda that is none");
                String returned = call.typeSymbol().returnType().descriptorString();
                String type = returned.length() > 2 ? returned.substring(1, returned.length() - 1) : returned;
                require(
                        all.contains(type)
                                || type.startsWith("java/util/function/")
                                || type.equals("java/util/Comparator"),
                        name,
                        "makes a lambda a " + type);
            }
            default -> {
                for (LoadableConstantEntry a : arguments) {
                    boolean own =
                            a instanceof ClassEntry c && c.asInternalName().equals(name);
                    boolean field = a instanceof MethodHandleEntry h
                            && h.reference() instanceof FieldRefEntry f
                            && f.owner().asInternalName().equals(name);
                    require(own || field || a instanceof StringEntry, name, "has a record's method that is none");
                }
            }
        }
    }

    private void field(FieldModel field) {
        attributes(field, name);
        String type = field.fieldType().stringValue();
        types(type);
        String where = name + "." + field.fieldName().stringValue();
        boolean constant = type.startsWith("L") && typesOf(type).stream().allMatch(all::isEnum);
        boolean unchanging = WHOLE_NUMBERS.contains(type) || UNCHANGING.contains(type) || constant;
        if (field.flags().has(AccessFlag.STATIC)) {
            require(field.flags().has(AccessFlag.FINAL), where, "is static and not final: it would outlive a plan");
            boolean array = type.startsWith("[")
                    && !type.startsWith("[[")
                    && (type.length() == 2 || typesOf(type).stream().allMatch(all::isEnum));
            require(
                    unchanging || array,
                    where,
                    "is static and could change: allowed are numbers, texts, enums, and arrays of numbers or enums");
        } else if (all.isEnum(name)) {
            require(
                    field.flags().has(AccessFlag.FINAL) && unchanging,
                    where,
                    "could change, and an enum's constants outlive a plan");
        }
    }

    private void method(MethodModel method) {
        attributes(method, name);
        types(method.methodType().stringValue());
        String where = name + "." + method.methodName().stringValue();
        require(!method.flags().has(AccessFlag.NATIVE), where, "is native");
        require(!method.flags().has(AccessFlag.SYNCHRONIZED), where, "is synchronized");
        method.code().ifPresent(code -> {
            if (code instanceof CodeAttribute attribute) {
                attributes(attribute, where);
            }
            code(code.elementList(), where, method.methodName().equalsString("<clinit>"));
        });
    }

    private void code(List<CodeElement> elements, String where, boolean initializer) {
        var code = elements.stream()
                .filter(e -> !(e instanceof LineNumber)
                        && !(e instanceof LocalVariable)
                        && !(e instanceof LocalVariableType))
                .toList();
        for (int i = 0; i < code.size(); i++) {
            switch (code.get(i)) {
                case ExceptionCatch e -> caught(e, where);
                case MonitorInstruction m -> require(false, where, "waits for others");
                case DiscontinuedInstruction d -> require(false, where, "uses subroutines");
                case NewPrimitiveArrayInstruction a ->
                    require(!isFloating(a.typeKind().name()), where, "computes with floating point");
                case ConstantInstruction.LoadConstantInstruction c ->
                    require(
                            c.constantEntry() instanceof StringEntry
                                    || c.constantEntry() instanceof IntegerEntry
                                    || c.constantEntry() instanceof LongEntry
                                    || (c.constantEntry() instanceof ClassEntry e && all.contains(e.asInternalName())),
                            where,
                            "loads a constant that is no number, text or class of its own");
                case InvokeInstruction call -> call(call, code, i, where);
                case FieldInstruction access -> {
                    if (access.opcode() == Opcode.GETSTATIC
                            && access.type().stringValue().startsWith("[")
                            && !(initializer && access.owner().asInternalName().equals(name))) {
                        require(
                                isRead(access, code, i),
                                where,
                                "hands on " + key(access.field()) + ", which could change: a static array may only be"
                                        + " cloned, or read in place by an index");
                    }
                }
                default -> {
                    // the virtual machine's own verification is enough
                }
            }
            if (code.get(i) instanceof Instruction instruction) {
                require(!isFloating(instruction.opcode()), where, "computes with floating point");
            }
        }
    }

    private void caught(ExceptionCatch handler, String where) {
        String type = handler.catchType().map(ClassEntry::asInternalName).orElse("all that is thrown");
        require(
                all.isException(type)
                        || CAUGHT.contains(type)
                        || (all.isMain(name) && type.equals("java/io/IOException")),
                where,
                "catches " + type + ", or cleans up behind it: allowed are the jar's own exceptions and " + CAUGHT);
    }

    private void call(InvokeInstruction call, List<CodeElement> code, int at, String where) {
        String key = key(call.method());
        require(!LINKERS.containsKey(key), where, "calls " + key + " itself");
        if (key.equals(DIGEST)) {
            require(
                    at > 0
                            && code.get(at - 1) instanceof ConstantInstruction.LoadConstantInstruction c
                            && FIRST_ARGUMENT.equals(c.constantValue()),
                    where,
                    "asks for another hash than \"" + FIRST_ARGUMENT + "\", or not in one expression");
        } else if (key.equals(FORMAT)) {
            formatted(code, at, where);
        }
    }

    /**
     * The one call of it in planners that are in use, {@code String.format("%08x", ByteBuffer.wrap(bytes).getInt(at))}, as compilers
     * write it. Other formats depend on languages, time zones and places in memory.
     */
    private static void formatted(List<CodeElement> code, int at, String where) {
        int start = at - FORMATTED.size();
        boolean plain = start > 0
                && code.get(start - 1) instanceof ConstantInstruction.LoadConstantInstruction format
                && AllowedMembers.FORMAT.equals(format.constantValue());
        for (int i = 0; plain && i < FORMATTED.size(); i++) {
            var wanted = FORMATTED.get(i);
            var found = code.get(start + i);
            plain = found instanceof InvokeInstruction call
                    ? wanted.equals(key(call.method()))
                    : found instanceof Instruction instruction
                            && wanted.equals(instruction.opcode().kind().name()
                                    + (instruction instanceof ConstantInstruction c ? " " + c.constantValue() : ""));
        }
        require(
                plain,
                where,
                "formats text otherwise than by \"" + AllowedMembers.FORMAT + "\" with an int of a buffer");
    }

    /** Whether a static array is cloned, measured, or read by an index that a chain of simple expressions gives. */
    private boolean isRead(FieldInstruction access, List<CodeElement> code, int at) {
        if (emptyArrays.contains(access.name().stringValue())
                && access.owner().asInternalName().equals(name)) {
            return true;
        }
        if (at + 1 >= code.size()) {
            return false;
        }
        CodeElement next = code.get(at + 1);
        if (next instanceof InvokeInstruction call
                && call.name().equalsString("clone")
                && call.owner().asInternalName().startsWith("[")) {
            return true;
        }
        if (is(next, Opcode.ARRAYLENGTH)) {
            return true;
        }
        boolean index = next instanceof ConstantInstruction
                || next instanceof java.lang.classfile.instruction.LoadInstruction
                || (next instanceof FieldInstruction f
                        && f.opcode() == Opcode.GETSTATIC
                        && !f.type().stringValue().startsWith("["));
        for (int i = at + 2; index && i < code.size(); i++) {
            CodeElement element = code.get(i);
            if (element instanceof java.lang.classfile.instruction.ArrayLoadInstruction) {
                return true;
            }
            boolean fromOneToOne = (element instanceof FieldInstruction f && f.opcode() == Opcode.GETFIELD)
                    || (element instanceof InvokeInstruction call
                            && call.opcode() != Opcode.INVOKESTATIC
                            && call.type().stringValue().startsWith("()")
                            && !call.type().stringValue().endsWith(")V"));
            if (!fromOneToOne) {
                return false;
            }
        }
        return false;
    }

    private void findEmptyArrays() {
        var filled = new HashSet<String>();
        for (var method : model.methods()) {
            method.code().ifPresent(c -> {
                var code = c.elementList().stream()
                        .filter(e -> !(e instanceof LineNumber))
                        .toList();
                for (int i = 0; i < code.size(); i++) {
                    if (code.get(i) instanceof FieldInstruction f && f.opcode() == Opcode.PUTSTATIC) {
                        boolean empty = i > 1
                                && (is(code.get(i - 1), Opcode.NEWARRAY) || is(code.get(i - 1), Opcode.ANEWARRAY))
                                && is(code.get(i - 2), Opcode.ICONST_0);
                        (empty ? emptyArrays : filled).add(f.name().stringValue());
                    }
                }
            });
        }
        emptyArrays.removeAll(filled);
    }

    private void attributes(AttributedElement element, String where) {
        for (var attribute : element.attributes()) {
            String attributeName = attribute.attributeName().stringValue();
            require(
                    ATTRIBUTES.contains(attributeName),
                    where,
                    "has the attribute " + attributeName + ", which is not allowed");
        }
    }

    private void types(String descriptor) {
        for (String type : typesOf(descriptor)) {
            require(all.mayUse(type, name), name, "uses " + type + ", which is not allowed");
        }
    }

    private static boolean isChecked(String key) {
        return key.equals(DIGEST) || key.equals(FORMAT);
    }

    private static String key(MemberRefEntry member) {
        return member.owner().asInternalName() + "." + member.name().stringValue();
    }

    private static boolean is(CodeElement element, Opcode opcode) {
        return element instanceof Instruction i && i.opcode() == opcode;
    }

    /** FADD, I2F, DCMPL and so on. */
    private static boolean isFloating(Opcode opcode) {
        String mnemonic = opcode.name();
        return mnemonic.startsWith("F")
                || (mnemonic.startsWith("D") && !mnemonic.startsWith("DUP"))
                || mnemonic.endsWith("2F")
                || mnemonic.endsWith("2D");
    }

    private static boolean isFloating(String kind) {
        return kind.equals("FLOAT") || kind.equals("DOUBLE");
    }
}
