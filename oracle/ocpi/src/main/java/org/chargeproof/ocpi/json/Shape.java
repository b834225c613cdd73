package org.chargeproof.ocpi.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON of a record must look like: which fields there are, how often, of which type and how long. Read from the record's
 * components and their annotations, so that the record is the only place where it is said.
 */
public final class Shape {
    /** More digits than any price, power or coordinate has; an exponent could otherwise stand for gigabytes of zeros. */
    static final int MOST_DIGITS = 20;

    private static final int MOST_URL_CHARACTERS = 255;
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private final Map<String, Field> fields = new LinkedHashMap<>();

    /** How often a field is there, in OCPI's letters. */
    public enum Cardinality {
        /** {@code 1}. */
        ONE,
        /** {@code ?}. */
        MAYBE,
        /** {@code *}. */
        MANY,
        /** {@code +}. */
        SOME
    }

    /**
     * A field.
     *
     * @param name as in JSON
     * @param cardinality how often it is there
     * @param type of one value
     * @param maxLength of one value, in characters or digits; 0 without a limit
     */
    public record Field(String name, Cardinality cardinality, Kind type, int maxLength) {}

    /** A type of OCPI. */
    public sealed interface Kind {
        /** Case-insensitive printable ASCII. */
        record Ci() implements Kind {}

        /** Printable text. */
        record Str(boolean hasLines) implements Kind {}

        /** An address. */
        record Address() implements Kind {}

        /** A time. */
        record Time() implements Kind {}

        /** A decimal number. */
        record Decimal() implements Kind {}

        /** A whole number of 32 bits. */
        record Whole() implements Kind {}

        /** True or false. */
        record Truth() implements Kind {}

        /** One of these words. */
        record OneOf(Class<?> type, List<String> words) implements Kind {}

        /** One of these words, or another one. */
        record Open(Class<?> type) implements Kind {}

        /** An object. */
        record Of(Class<?> type) implements Kind {}
    }

    private Shape(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type + " is no record");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = snake(component.getName());
            fields.put(name, field(name, component));
        }
    }

    /** The shape of a record. */
    public static Shape of(Class<?> type) {
        Shape known = SHAPES.get(type);
        if (known == null) {
            // not computed inside the map: shapes of objects in objects are computed on the way
            known = new Shape(type);
            SHAPES.put(type, known);
        }
        return known;
    }

    /** The fields, in the record's order. */
    public List<Field> fields() {
        return List.copyOf(fields.values());
    }

    /** The words of an enum in JSON. */
    public static List<String> words(Class<?> type) {
        List<String> words = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            try {
                JsonProperty written = type.getField(name).getAnnotation(JsonProperty.class);
                words.add(written == null ? name : written.value());
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
        }
        return List.copyOf(words);
    }

    /**
     * Checks a whole object.
     *
     * @throws BadObjectException at the first field that is missing or is not as it must be
     */
    public void check(JsonNode object) {
        check("", object, false);
    }

    /**
     * Checks what a PATCH holds: fields may be missing, but {@code last_updated} if the object has it.
     *
     * @throws BadObjectException at the first field that is not as it must be
     */
    public void checkPatch(JsonNode object) {
        check("", object, true);
        if (fields.containsKey("last_updated") && isAbsent(object.get("last_updated"))) {
            throw new BadObjectException("last_updated", "is missing; every PATCH must have it");
        }
    }

    private void check(String path, JsonNode object, boolean isPatch) {
        if (!object.isObject()) {
            throw new BadObjectException(path, "must be an object, and is " + kindOf(object));
        }
        for (Field field : fields.values()) {
            String at = path.isEmpty() ? field.name() : path + "." + field.name();
            JsonNode value = object.get(field.name());
            if (isAbsent(value)) {
                if (!isPatch && field.cardinality() == Cardinality.ONE) {
                    throw new BadObjectException(at, "is missing; OCPI requires it");
                }
                if (!isPatch && field.cardinality() == Cardinality.SOME) {
                    throw new BadObjectException(at, "is missing; OCPI requires a list of at least one");
                }
            } else if (field.cardinality() == Cardinality.MANY || field.cardinality() == Cardinality.SOME) {
                checkList(at, field, value);
            } else {
                checkValue(at, field, value);
            }
        }
    }

    private static void checkList(String at, Field field, JsonNode list) {
        if (!list.isArray()) {
            throw new BadObjectException(at, "must be a list, and is " + kindOf(list));
        }
        if (field.cardinality() == Cardinality.SOME && list.isEmpty()) {
            throw new BadObjectException(at, "is empty; OCPI requires at least one");
        }
        for (int i = 0; i < list.size(); i++) {
            checkValue(at + "[" + i + "]", field, list.get(i));
        }
    }

    private static void checkValue(String at, Field field, JsonNode value) {
        switch (field.type()) {
            case Kind.Of of -> of(of.type()).check(at, value, false);
            case Kind.Truth truth -> require(value.isBoolean(), at, "true or false", value);
            case Kind.Decimal decimal -> {
                require(value.isNumber(), at, "a number", value);
                requireShort(at, value.decimalValue());
            }
            case Kind.Whole whole -> {
                // 32.0 is whole, too, and written by some
                require(value.isNumber(), at, "a whole number", value);
                requireShort(at, value.decimalValue());
                BigDecimal number = value.decimalValue();
                require(
                        number.stripTrailingZeros().scale() <= 0
                                && number.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0,
                        at,
                        "a whole number of 32 bits",
                        value);
                if (field.maxLength() > 0
                        && number.abs().toBigInteger().toString().length() > field.maxLength()) {
                    throw new BadObjectException(at, "is " + number + "; OCPI allows " + field.maxLength() + " digits");
                }
            }
            case Kind.Time time -> OcpiTime.parse(at, text(at, value));
            case Kind.OneOf oneOf -> {
                String word = text(at, value);
                if (!oneOf.words().contains(word)) {
                    throw new BadObjectException(
                            at,
                            BadObjectException.shown(word) + " is none of "
                                    + oneOf.type().getSimpleName() + ": "
                                    + String.join(", ", oneOf.words()));
                }
            }
            case Kind.Open open -> {
                requireLength(at, text(at, value), MOST_URL_CHARACTERS);
                requirePrintable(at, value.textValue(), true, false);
            }
            case Kind.Ci ci -> {
                requireLength(at, text(at, value), field.maxLength());
                requirePrintable(at, value.textValue(), true, false);
            }
            case Kind.Address address -> {
                requireLength(at, text(at, value), MOST_URL_CHARACTERS);
                requirePrintable(at, value.textValue(), true, false);
            }
            case Kind.Str str -> {
                requireLength(at, text(at, value), field.maxLength());
                requirePrintable(at, value.textValue(), false, str.hasLines());
            }
        }
    }

    private static String text(String at, JsonNode value) {
        require(value.isTextual(), at, "a text", value);
        return value.textValue();
    }

    private static void require(boolean holds, String at, String wanted, JsonNode value) {
        if (!holds) {
            throw new BadObjectException(at, "must be " + wanted + ", and is " + kindOf(value));
        }
    }

    private static void requireShort(String at, BigDecimal number) {
        if (number.precision() > MOST_DIGITS || number.scale() > MOST_DIGITS || number.scale() < -MOST_DIGITS) {
            throw new BadObjectException(
                    at, "has more than " + MOST_DIGITS + " digits; round it, OCPI wants four decimals");
        }
    }

    private static void requireLength(String at, String text, int max) {
        if (text.length() > max) {
            throw new BadObjectException(
                    at,
                    "has " + text.length() + " characters; OCPI allows " + max + ". Shorten it: "
                            + BadObjectException.shown(text));
        }
    }

    private static void requirePrintable(String at, String text, boolean isAscii, boolean hasLines) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isLine = c == '\n' || c == '\r' || c == '\t';
            if (isLine && hasLines) {
                continue;
            }
            if (Character.isISOControl(c) || (isAscii && c > '~') || isLoneSurrogate(text, i)) {
                throw new BadObjectException(
                        at,
                        "has the character U+" + String.format(Locale.ROOT, "%04X", (int) c) + " at " + i
                                + "; OCPI allows " + (isAscii ? "printable ASCII" : "printable characters"));
            }
        }
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    private static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case STRING -> "the text " + BadObjectException.shown(value.textValue());
            case NULL, MISSING -> "null";
            case BOOLEAN -> value.asText();
            case NUMBER -> {
                BigDecimal number = value.decimalValue();
                yield number.precision() > MOST_DIGITS ? "a long number" : "the number " + number;
            }
            case BINARY -> "bytes";
        };
    }

    private static boolean isAbsent(@Nullable JsonNode value) {
        return value == null || value.isNull();
    }

    private static String snake(String name) {
        StringBuilder snake = new StringBuilder();
        name.chars().forEach(c -> {
            if (Character.isUpperCase(c)) {
                snake.append('_');
            }
            snake.append((char) Character.toLowerCase(c));
        });
        return snake.toString();
    }

    private static Field field(String name, RecordComponent component) {
        AnnotatedType annotated = component.getAnnotatedType();
        Type type = component.getGenericType();
        Cardinality cardinality = annotated.isAnnotationPresent(Nullable.class) ? Cardinality.MAYBE : Cardinality.ONE;
        if (type instanceof ParameterizedType list && annotated instanceof AnnotatedParameterizedType) {
            type = list.getActualTypeArguments()[0];
            cardinality = component.isAnnotationPresent(NonEmpty.class) ? Cardinality.SOME : Cardinality.MANY;
        }
        Class<?> of = (Class<?>) type;
        CiString ci = component.getAnnotation(CiString.class);
        Text text = component.getAnnotation(Text.class);
        Digits digits = component.getAnnotation(Digits.class);
        OpenEnum open = component.getAnnotation(OpenEnum.class);
        if (ci != null) {
            return new Field(name, cardinality, new Kind.Ci(), ci.value());
        } else if (text != null) {
            return new Field(name, cardinality, new Kind.Str(text.hasLines()), text.value());
        } else if (component.isAnnotationPresent(Url.class)) {
            return new Field(name, cardinality, new Kind.Address(), MOST_URL_CHARACTERS);
        } else if (open != null) {
            return new Field(name, cardinality, new Kind.Open(open.value()), 0);
        } else if (of == Instant.class) {
            return new Field(name, cardinality, new Kind.Time(), 0);
        } else if (of == BigDecimal.class) {
            return new Field(name, cardinality, new Kind.Decimal(), 0);
        } else if (of == int.class || of == Integer.class) {
            return new Field(name, cardinality, new Kind.Whole(), digits == null ? 0 : digits.value());
        } else if (of == boolean.class || of == Boolean.class) {
            return new Field(name, cardinality, new Kind.Truth(), 0);
        } else if (of.isEnum()) {
            return new Field(name, cardinality, new Kind.OneOf(of, words(of)), 0);
        } else if (of.isRecord()) {
            return new Field(name, cardinality, new Kind.Of(of), 0);
        }
        throw new IllegalArgumentException(component + " has no type of OCPI; annotate it");
    }
}
