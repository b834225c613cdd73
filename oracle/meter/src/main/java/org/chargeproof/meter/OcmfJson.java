package org.chargeproof.meter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The two sections of a record: JSON as written, each field of the kind that OCMF gives it. What is not used is passed over. */
final class OcmfJson {
    /** One each timestep of the longest stay that is billed, its begin and its end. */
    private static final int MOST_READINGS = 770;

    private static final int MOST_DEPTH = 8;
    private static final int MOST_STRING = 512;
    private static final int MOST_NAME = 64;
    private static final int MOST_TOKENS = 20_000;
    /** No exponents: a few characters would be a number that fills the memory. Up to what bills hold, down to less than a watt second. */
    private static final Pattern VALUE = Pattern.compile("[0-9]{1,16}(?:\\.[0-9]{1,9})?");

    private static final Pattern VERSION = Pattern.compile("1\\.[0-9]{1,2}");
    private static final Pattern TIME =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2},\\d{3}[+-]\\d{4}) ([UISR])");
    private static final DateTimeFormatter TIME_FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss,SSSxx").withResolverStyle(ResolverStyle.STRICT);
    private static final Pattern ERROR_FLAGS = Pattern.compile("E?t?|tE");

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(OcmfRecord.MOST_CHARACTERS)
                    .maxNestingDepth(MOST_DEPTH)
                    .maxStringLength(MOST_STRING)
                    .maxNameLength(MOST_NAME)
                    .maxNumberLength(32)
                    .maxTokenCount(MOST_TOKENS)
                    .build())
            .build();

    private OcmfJson() {}

    /** How a time is written. */
    static String time(OffsetDateTime time, char status) {
        return TIME_FORMAT.format(time) + " " + status;
    }

    static OcmfPayload payload(String text) {
        return read("payload", text, OcmfJson::payload);
    }

    static OcmfSignature signature(String text) {
        return read("signature", text, OcmfJson::signature);
    }

    private interface Section<T> {
        T read(JsonParser json) throws IOException;
    }

    private static <T> T read(String what, String text, Section<T> section) {
        try (var json = FACTORY.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRecordException("the record's " + what + " section is no JSON object.");
            }
            T read = section.read(json);
            if (json.nextToken() != null) {
                throw new InvalidRecordException("the record's " + what + " section goes on behind its JSON object.");
            }
            return read;
        } catch (IOException e) {
            throw new InvalidRecordException(
                    "the record's " + what + " section is no JSON as it must be: "
                            + firstLine(String.valueOf(e.getMessage())) + " Copy the record whole and unchanged.",
                    e);
        }
    }

    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("");
        return InvalidRecordException.shown(line) + ".";
    }

    private static OcmfPayload payload(JsonParser json) throws IOException {
        String version = null;
        String gatewaySerial = null;
        String page = null;
        String meterSerial = null;
        String chargePointId = null;
        List<Reading> readings = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "FV" -> version = string(name, json);
                case "GS" -> gatewaySerial = string(name, json);
                case "PG" -> page = string(name, json);
                case "MS" -> meterSerial = string(name, json);
                case "CI" -> chargePointId = string(name, json);
                case "RD" -> readings = readings(json);
                default -> json.skipChildren();
            }
        }
        if (version != null && !VERSION.matcher(version).matches()) {
            throw new InvalidRecordException("the format version FV is " + InvalidRecordException.shown(version)
                    + "; versions 1 are read. Let the meter's maker update it.");
        }
        if (page == null) {
            throw missing("page PG");
        }
        if (readings == null) {
            throw missing("readings RD");
        }
        return new OcmfPayload(version, gatewaySerial, Pagination.of(page), meterSerial, chargePointId, readings);
    }

    private static List<Reading> readings(JsonParser json) throws IOException {
        if (!json.isExpectedStartArrayToken()) {
            throw new InvalidRecordException("the readings RD are no array.");
        }
        var readings = new ArrayList<Reading>();
        Raw before = new Raw();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            if (readings.size() == MOST_READINGS) {
                throw new InvalidRecordException("the record has more than " + MOST_READINGS
                        + " readings. Let the meter sign them in several records.");
            }
            before.read(json);
            readings.add(before.reading());
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw new InvalidRecordException("one of the readings RD is no object.");
        }
        if (readings.isEmpty()) {
            throw missing("readings RD");
        }
        return readings;
    }

    /** The fields of a reading; those that the next one leaves out it has from here. */
    private static final class Raw {
        private @Nullable String time;
        private @Nullable String point;
        private @Nullable BigDecimal value;
        private @Nullable String register;
        private @Nullable String unit;
        private String errorFlags = "";
        private @Nullable String status;

        private void read(JsonParser json) throws IOException {
            // a reading without value tells an event: the last one's would be a reading that nobody took
            value = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "TM" -> time = string(name, json);
                    case "TX" -> point = string(name, json);
                    case "RV" -> value = value(json);
                    case "RI" -> register = string(name, json);
                    case "RU" -> unit = string(name, json);
                    case "EF" -> errorFlags = string(name, json);
                    case "ST" -> status = string(name, json);
                    default -> json.skipChildren();
                }
            }
        }

        private Reading reading() {
            if (time == null) {
                throw missing("time TM of the first reading");
            }
            if (status == null) {
                throw missing("status ST of the first reading");
            }
            var m = TIME.matcher(time);
            if (!m.matches()) {
                throw badTime(time, null);
            }
            if (!ERROR_FLAGS.matcher(errorFlags).matches()) {
                throw new InvalidRecordException("a reading's error flags EF are "
                        + InvalidRecordException.shown(errorFlags) + "; they are E, t, both or none.");
            }
            OffsetDateTime at;
            try {
                at = OffsetDateTime.parse(m.group(1), TIME_FORMAT);
            } catch (DateTimeException e) {
                throw badTime(time, e);
            }
            return new Reading(
                    at,
                    m.group(2).charAt(0),
                    point == null ? null : ReadingPoint.of(point),
                    value,
                    register,
                    unit,
                    errorFlags,
                    MeterStatus.of(status));
        }

        private static InvalidRecordException badTime(String time, @Nullable Exception cause) {
            String message = "a reading's time TM is " + InvalidRecordException.shown(time)
                    + "; it is written as 2026-07-01T06:15:00,000+0000 S.";
            return cause == null ? new InvalidRecordException(message) : new InvalidRecordException(message, cause);
        }

        /** A number as written; in quotes, too, with space before it, as meters in the field sign it. */
        private static BigDecimal value(JsonParser json) throws IOException {
            var token = json.currentToken();
            boolean quoted = token == JsonToken.VALUE_STRING;
            if (!quoted && token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
                throw new InvalidRecordException("a reading's value RV is no number.");
            }
            String text = quoted ? json.getText().stripLeading() : json.getText();
            if (!VALUE.matcher(text).matches()) {
                throw new InvalidRecordException("a reading's value RV is " + InvalidRecordException.shown(text)
                        + "; it is up to 16 digits and up to 9 behind a point, without sign and exponent.");
            }
            return new BigDecimal(text);
        }
    }

    private static OcmfSignature signature(JsonParser json) throws IOException {
        String algorithm = MeterCurve.SECP256R1.algorithm();
        String encoding = "hex";
        String kind = "application/x-der";
        String data = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "SA" -> algorithm = string(name, json);
                case "SE" -> encoding = string(name, json);
                case "SM" -> kind = string(name, json);
                case "SD" -> data = string(name, json);
                default -> json.skipChildren();
            }
        }
        if (data == null) {
            throw missing("signature SD");
        }
        if (!"application/x-der".equals(kind)) {
            throw new InvalidRecordException("the signature's kind SM is " + InvalidRecordException.shown(kind)
                    + "; read is application/x-der. Let the meter sign so.");
        }
        return new OcmfSignature(MeterCurve.ofAlgorithm(algorithm), decoded(encoding, data));
    }

    private static byte[] decoded(String encoding, String data) {
        try {
            return switch (encoding) {
                case "hex" -> HexFormat.of().parseHex(data);
                case "base64" -> Base64.getDecoder().decode(data);
                default ->
                    throw new InvalidRecordException("the signature's encoding SE is "
                            + InvalidRecordException.shown(encoding) + "; it is hex or base64.");
            };
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(
                    "the signature SD is " + InvalidRecordException.shown(data) + ", which is no " + encoding
                            + ". Copy the record whole.",
                    e);
        }
    }

    private static String string(String name, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidRecordException("the record's field " + name + " is no text in quotes.");
        }
        return json.getText();
    }

    private static InvalidRecordException missing(String what) {
        return new InvalidRecordException("the record has no " + what + ", which every record has.");
    }
}
