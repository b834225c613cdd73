package org.chargeproof.meter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes records of format version 1.0, which every OCMF tool reads. */
public final class OcmfWriter {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    private static final String VERSION = "1.0";
    private static final String REGISTER = "1-b:1.8.0";

    private OcmfWriter() {}

    /**
     * A reading to be signed, of a meter that works.
     *
     * @param time cut to milliseconds
     * @param registerKWh as it is to be written, trailing zeros included
     */
    public record Entry(Instant time, ReadingPoint point, BigDecimal registerKWh) {}

    /**
     * Makes a record and signs it.
     *
     * @param page of the context T
     * @param entries at least one
     * @throws InvalidRecordException for what no reader would take
     */
    public static OcmfRecord write(MeterIdentity meter, long page, List<Entry> entries, MeterKey key) {
        var text = new StringWriter();
        try (var json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("FV", VERSION);
            json.writeStringField("GI", "chargeproof");
            json.writeStringField("GS", meter.serial());
            json.writeStringField("PG", new Pagination('T', page).toString());
            json.writeStringField("MS", meter.serial());
            // who drives is between the driver and its provider
            json.writeBooleanField("IS", false);
            json.writeStringField("IT", "NONE");
            json.writeStringField("CT", "EVSEID");
            json.writeStringField("CI", meter.chargePointId());
            json.writeArrayFieldStart("RD");
            for (var entry : entries) {
                writeReading(json, entry);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return OcmfRecord.sign(text.toString(), key);
    }

    private static void writeReading(JsonGenerator json, Entry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "TM", OcmfJson.time(entry.time().truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC), 'S'));
        json.writeStringField("TX", String.valueOf(entry.point().letter()));
        json.writeFieldName("RV");
        json.writeNumber(entry.registerKWh());
        json.writeStringField("RI", REGISTER);
        json.writeStringField("RU", "kWh");
        json.writeStringField("EF", "");
        json.writeStringField("ST", String.valueOf(MeterStatus.GOOD.letter()));
        json.writeEndObject();
    }
}
