package org.chargeproof.protocol.algorithm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an algorithm may use of the Java platform: values, arrays, lists in order, text and one hash. Nothing that acts on, or looks
 * at, anything but its arguments. A name alone stands for all methods or fields of that name; with a descriptor, for that one.
 */
final class AllowedMembers {
    private static final String FOR_ALL = """
            java/lang/Object <init> equals
            java/lang/Record <init>
            java/lang/Enum <init> name ordinal compareTo equals toString valueOf
            java/lang/Exception <init>()V <init>(Ljava/lang/String;)V <init>(Ljava/lang/String;Ljava/lang/Throwable;)V
            java/lang/RuntimeException <init>()V <init>(Ljava/lang/String;)V <init>(Ljava/lang/String;Ljava/lang/Throwable;)V
            java/lang/IllegalArgumentException <init>()V <init>(Ljava/lang/String;)V <init>(Ljava/lang/String;Ljava/lang/Throwable;)V
            java/lang/IllegalStateException <init>()V <init>(Ljava/lang/String;)V <init>(Ljava/lang/String;Ljava/lang/Throwable;)V
            java/lang/ArithmeticException <init>()V <init>(Ljava/lang/String;)V
            java/lang/MatchException <init>(Ljava/lang/String;Ljava/lang/Throwable;)V
            java/lang/AssertionError
            java/lang/NoSuchFieldError
            java/lang/Throwable
            java/security/NoSuchAlgorithmException
            java/lang/Class
            java/lang/CharSequence
            java/lang/Comparable compareTo
            java/lang/Boolean valueOf booleanValue compare
            java/lang/Byte valueOf byteValue toUnsignedInt toUnsignedLong compare
            java/lang/Short valueOf shortValue toUnsignedInt toUnsignedLong compare
            java/lang/Character valueOf charValue compare
            java/lang/Number intValue longValue
            java/lang/Integer valueOf(I)Ljava/lang/Integer; intValue longValue compare compareTo compareUnsigned bitCount divideUnsigned remainderUnsigned highestOneBit lowestOneBit numberOfLeadingZeros numberOfTrailingZeros max min sum signum reverse reverseBytes rotateLeft rotateRight toString(I)Ljava/lang/String; toString()Ljava/lang/String; toUnsignedString toUnsignedLong toHexString equals MAX_VALUE MIN_VALUE
            java/lang/Long valueOf(J)Ljava/lang/Long; intValue longValue compare compareTo compareUnsigned bitCount divideUnsigned remainderUnsigned highestOneBit lowestOneBit numberOfLeadingZeros numberOfTrailingZeros max min sum signum reverse reverseBytes rotateLeft rotateRight toString(J)Ljava/lang/String; toString()Ljava/lang/String; toUnsignedString toHexString equals MAX_VALUE MIN_VALUE
            java/lang/Math abs addExact subtractExact multiplyExact negateExact incrementExact decrementExact toIntExact ceilDiv ceilMod floorDiv floorMod clamp max min multiplyFull multiplyHigh unsignedMultiplyHigh
            java/lang/String <init>([BIILjava/nio/charset/Charset;)V <init>([BLjava/nio/charset/Charset;)V equals compareTo length isEmpty charAt substring concat startsWith endsWith contains indexOf getBytes(Ljava/nio/charset/Charset;)[B valueOf(Ljava/lang/Object;)Ljava/lang/String; valueOf(I)Ljava/lang/String; valueOf(J)Ljava/lang/String; valueOf(Z)Ljava/lang/String; valueOf(C)Ljava/lang/String; join
            java/lang/StringBuilder <init>()V <init>(I)V <init>(Ljava/lang/String;)V append(I)Ljava/lang/StringBuilder; append(J)Ljava/lang/StringBuilder; append(C)Ljava/lang/StringBuilder; append(Z)Ljava/lang/StringBuilder; append(Ljava/lang/String;)Ljava/lang/StringBuilder; length reverse toString
            java/lang/System arraycopy
            java/lang/Iterable iterator
            java/io/ByteArrayOutputStream <init>()V <init>(I)V write(I)V write([BII)V writeBytes toByteArray size reset
            java/math/BigInteger valueOf add subtract multiply divide mod remainder divideAndRemainder gcd pow negate abs signum compareTo equals min max bitLength testBit shiftLeft shiftRight longValueExact intValueExact longValue intValue ZERO ONE TWO TEN
            java/nio/ByteBuffer wrap allocate get getInt getLong getShort put putInt putLong putShort position limit capacity remaining hasRemaining array flip clear rewind slice
            java/nio/Buffer position limit capacity remaining hasRemaining
            java/nio/charset/Charset
            java/nio/charset/StandardCharsets ISO_8859_1 US_ASCII UTF_8
            java/security/MessageDigest getInstance(Ljava/lang/String;)Ljava/security/MessageDigest; update([B)V update([BII)V update(B)V digest()[B digest([B)[B
            java/util/ArrayDeque <init>()V <init>(I)V add addFirst addLast push pop poll pollFirst pollLast peek peekFirst peekLast removeFirst removeLast isEmpty size clear iterator
            java/util/ArrayList <init> add addAll addFirst addLast get getFirst getLast set remove removeFirst removeLast isEmpty size clear iterator sort reversed subList ensureCapacity
            java/util/Arrays asList binarySearch copyOf copyOfRange equals fill hashCode([B)I hashCode([I)I hashCode([J)I sort compare mismatch toString([B)Ljava/lang/String; toString([I)Ljava/lang/String; toString([J)Ljava/lang/String; toString([Z)Ljava/lang/String; stream
            java/util/BitSet <init>()V <init>(I)V get set clear flip cardinality nextSetBit nextClearBit previousSetBit previousClearBit isEmpty length and or xor andNot intersects equals
            java/util/Collection add addAll isEmpty size iterator stream
            java/util/Collections sort reverse swap unmodifiableList emptyList nCopies reverseOrder
            java/util/Comparator compare comparing comparingInt comparingLong thenComparing thenComparingInt thenComparingLong reversed naturalOrder reverseOrder
            java/util/Deque add addFirst addLast push pop poll pollFirst pollLast peek peekFirst peekLast removeFirst removeLast isEmpty size clear iterator
            java/util/Iterator hasNext next
            java/util/List of copyOf add addAll addFirst addLast get getFirst getLast set remove removeFirst removeLast isEmpty size clear iterator sort reversed subList stream equals
            java/util/NavigableMap firstKey lastKey firstEntry lastEntry floorKey ceilingKey lowerKey higherKey floorEntry ceilingEntry lowerEntry higherEntry pollFirstEntry pollLastEntry get put remove containsKey isEmpty size
            java/util/Map get put remove containsKey isEmpty size
            java/util/Map$Entry getKey getValue
            java/util/Objects requireNonNull(Ljava/lang/Object;)Ljava/lang/Object; requireNonNull(Ljava/lang/Object;Ljava/lang/String;)Ljava/lang/Object; equals checkIndex checkFromIndexSize checkFromToIndex
            java/util/PriorityQueue <init>()V <init>(I)V <init>(Ljava/util/Comparator;)V <init>(ILjava/util/Comparator;)V add offer poll peek remove()Ljava/lang/Object; isEmpty size clear
            java/util/Queue add offer poll peek isEmpty size clear
            java/util/TreeMap <init>()V <init>(Ljava/util/Comparator;)V firstKey lastKey firstEntry lastEntry floorKey ceilingKey lowerKey higherKey floorEntry ceilingEntry lowerEntry higherEntry pollFirstEntry pollLastEntry get put remove containsKey isEmpty size
            java/util/function/BinaryOperator apply
            java/util/function/BiFunction apply
            java/util/function/Function apply
            java/util/function/IntBinaryOperator applyAsInt
            java/util/function/IntFunction apply
            java/util/function/IntPredicate test
            java/util/function/IntToLongFunction applyAsLong
            java/util/function/IntUnaryOperator applyAsInt
            java/util/function/LongBinaryOperator applyAsLong
            java/util/function/LongPredicate test
            java/util/function/LongUnaryOperator applyAsLong
            java/util/function/IntConsumer accept
            java/util/function/Consumer accept
            java/util/function/Predicate test
            java/util/function/Supplier get
            java/util/function/ToIntFunction applyAsInt
            java/util/function/ToLongFunction applyAsLong
            java/util/function/UnaryOperator apply
            java/util/stream/IntStream range rangeClosed of map mapToObj mapToLong filter sum min max count sorted toArray anyMatch allMatch noneMatch boxed
            java/util/stream/LongStream range rangeClosed of map mapToObj mapToInt filter sum min max count sorted toArray anyMatch allMatch noneMatch boxed
            java/util/stream/Stream of map mapToInt mapToLong filter sorted toList count anyMatch allMatch noneMatch limit skip
            java/util/OptionalInt isPresent isEmpty getAsInt orElse
            java/util/OptionalLong isPresent isEmpty getAsLong orElse
            java/lang/invoke/MethodHandles
            java/lang/invoke/MethodHandles$Lookup
            java/lang/invoke/MethodHandle
            java/lang/invoke/MethodType
            java/lang/invoke/CallSite
            java/lang/invoke/TypeDescriptor
            """;

    /** What the class that people start by hand may do beside it; no process of ours ever loads that class. */
    private static final String FOR_MAIN = """
            java/io/InputStream readAllBytes
            java/io/IOException getMessage
            java/io/PrintStream print println write flush checkError
            java/lang/System in out err exit
            java/lang/Class getPackage
            java/lang/Package getImplementationVersion
            java/lang/IllegalArgumentException getMessage
            """;

    /** The one format for which planners that are in use call {@code String.format}; javac has put its arguments into an array. */
    static final String FORMAT = "%08x";

    private static final Map<String, Set<String>> ALL = parse(FOR_ALL);
    private static final Map<String, Set<String>> MAIN = parse(FOR_MAIN);

    private AllowedMembers() {}

    static boolean type(String internalName, boolean main) {
        return ALL.containsKey(internalName) || (main && MAIN.containsKey(internalName));
    }

    /** @param descriptor of a method, or of a field */
    static boolean member(String owner, String name, String descriptor, boolean main) {
        return member(ALL, owner, name, descriptor) || (main && member(MAIN, owner, name, descriptor));
    }

    private static boolean member(Map<String, Set<String>> allowed, String owner, String name, String descriptor) {
        var members = allowed.getOrDefault(owner, Set.of());
        return members.contains(name) || members.contains(name + descriptor);
    }

    private static Map<String, Set<String>> parse(String text) {
        var members = new HashMap<String, Set<String>>();
        text.lines().forEach(line -> {
            var words = line.split(" ", -1);
            var names = new HashSet<String>();
            for (int i = 1; i < words.length; i++) {
                names.add(words[i]);
            }
            members.put(words[0], names);
        });
        return members;
    }
}
