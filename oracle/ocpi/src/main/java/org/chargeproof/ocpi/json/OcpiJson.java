package org.chargeproof.ocpi.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * OCPI's JSON. What is read is checked against the record's {@link Shape} before it is bound, and what is written is checked by the same.
 * Numbers keep their digits; fields that the record does not have are left out; depth, length and digits are bounded.
 */
public final class OcpiJson {
    private static final int MOST_DEPTH = 32;
    private static final int MOST_TEXT_CHARACTERS = 100_000;
    private static final int MOST_NUMBER_CHARACTERS = 64;
    private static final int MOST_NAME_CHARACTERS = 512;

    private static final JsonMapper MAPPER = mapper();

    private OcpiJson() {}

    /**
     * Parses bytes.
     *
     * @param bytes UTF-8; whoever calls bounds how many
     * @throws BadObjectException when they are no JSON, or nested too deep
     */
    public static JsonNode parse(byte[] bytes) {
        if (bytes.length == 0) {
            throw new BadObjectException("", "the body is empty; it must be JSON");
        }
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (node == null || node.isMissingNode()) {
                throw new BadObjectException("", "the body is empty; it must be JSON");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new BadObjectException(
                    "",
                    "the body is no JSON that can be read: "
                            + BadObjectException.shown(String.valueOf(e.getOriginalMessage())));
        } catch (NumberFormatException e) {
            // an exponent of more than 19 digits is thrown at us without being wrapped
            throw new BadObjectException("", "the body has a number that cannot be read; give its digits");
        } catch (IOException e) {
            throw new BadObjectException("", "the body is no UTF-8");
        }
    }

    /**
     * Reads a whole object.
     *
     * @throws BadObjectException when it is not as OCPI wants it
     */
    public static <T> T read(JsonNode object, Class<T> type) {
        Shape.of(type).check(object);
        try {
            return MAPPER.treeToValue(object, type);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new BadObjectException("", "is no " + type.getSimpleName());
        }
    }

    /**
     * Puts the fields of a PATCH over an object. A field in it replaces the whole field before, and null leaves it as it was.
     *
     * @throws BadObjectException when the PATCH, or what comes of it, is not as OCPI wants it
     */
    public static <T> T patch(T before, JsonNode patch, Class<T> type) {
        Shape.of(type).checkPatch(patch);
        ObjectNode after = tree(before);
        patch.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                after.set(field.getKey(), field.getValue());
            }
        });
        return read(after, type);
    }

    /**
     * An object as a tree.
     *
     * @throws BadObjectException when it is not as OCPI wants it
     */
    public static ObjectNode tree(Object object) {
        ObjectNode tree = MAPPER.valueToTree(object);
        Shape.of(object.getClass()).check(tree);
        return tree;
    }

    /** A tree as bytes, UTF-8. */
    public static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MOST_DEPTH)
                        .maxStringLength(MOST_TEXT_CHARACTERS)
                        .maxNumberLength(MOST_NUMBER_CHARACTERS)
                        .maxNameLength(MOST_NAME_CHARACTERS)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                // texts of errors do not repeat what was sent
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        JsonMapper mapper = JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(
                        DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .withConfigOverride(
                        List.class,
                        list -> list.setInclude(JsonInclude.Value.construct(
                                        JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
                                .setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, new TimeWriter())
                        .addDeserializer(Instant.class, new TimeReader()))
                .build();
        return mapper;
    }

    private static final class TimeWriter extends StdSerializer<Instant> {
        TimeWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(OcpiTime.format(time));
        }
    }

    private static final class TimeReader extends StdDeserializer<Instant> {
        TimeReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return OcpiTime.parse(in.currentName() == null ? "" : in.currentName(), in.getText());
        }
    }
}
