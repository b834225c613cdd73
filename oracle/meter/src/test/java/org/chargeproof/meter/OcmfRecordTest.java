package org.chargeproof.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OcmfRecordTest {
    private static final String READING =
            "{\"TM\":\"2026-07-01T06:15:00,000+0200 S\",\"TX\":\"B\",\"RV\":1.5,\"RI\":\"1-b:1.8.0\",\"RU\":\"kWh\",\"EF\":\"\",\"ST\":\"G\"}";
    private static final String PAYLOAD =
            "{\"FV\":\"1.0\",\"GS\":\"1\",\"PG\":\"T1\",\"MS\":\"1\",\"RD\":[" + READING + "]}";

    private static OcmfRecord record(MeterKey key) {
        return OcmfWriter.write(
                new MeterIdentity("serial 1", "DE*ABC*E0001"),
                7,
                List.of(new OcmfWriter.Entry(
                        Instant.parse("2026-07-01T06:15:00.123Z"), ReadingPoint.BEGIN, new BigDecimal("12.300"))),
                key);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSignedHoldsAndSaysWhatItWasTold(MeterCurve curve) {
        var record = record(Keys.of(curve));
        assertThat(record.verifies(Keys.of(curve).publicKey())).isTrue();
        assertThat(record.verifies(Keys.R1.publicKey())).isEqualTo(curve == MeterCurve.SECP256R1);
        var reading = record.payload().readings().getFirst();
        assertThat(reading.time().toInstant()).isEqualTo("2026-07-01T06:15:00.123Z");
        assertThat(reading.value()).isEqualTo(new BigDecimal("12.300"));
        assertThat(reading.energyWh()).isEqualByComparingTo("12300");
        assertThat(record.payload().page()).isEqualTo(new Pagination('T', 7));
        assertThat(record.payload().chargePointId()).isEqualTo("DE*ABC*E0001");
        assertThat(record).isEqualTo(record(Keys.of(curve)));
    }

    @Test
    void theThreeFormsAreOneRecord() {
        var record = record(Keys.K1);
        byte[] bytes = record.text().getBytes(StandardCharsets.UTF_8);
        String wrapped = Base64.getMimeEncoder().encodeToString(bytes);
        for (String form : List.of(
                " \n" + record.text() + "\n",
                record.base64(),
                wrapped,
                HexFormat.of().formatHex(bytes),
                HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes))) {
            var read = OcmfRecord.parse(form);
            assertThat(read).isEqualTo(record);
            assertThat(read.sha256()).isEqualTo(record.sha256());
            assertThat(read.verifies(Keys.K1.publicKey())).isTrue();
        }
    }

    @Test
    void everyChangeOfTheSignedBytesIsSeen() {
        var record = record(Keys.R1);
        var random = new Random(1);
        int start = "OCMF|".length();
        int end = start + record.payloadText().length();
        for (int i = start; i < end; i++) {
            for (char c : new char[] {' ', '1', 'B', (char) (' ' + random.nextInt(95))}) {
                String changed =
                        record.text().substring(0, i) + c + record.text().substring(i + 1);
                if (!changed.equals(record.text())) {
                    assertThat(refusedOrFails(changed)).as(changed).isTrue();
                }
            }
            String spaced = record.text().substring(0, i) + " " + record.text().substring(i);
            assertThat(refusedOrFails(spaced)).as(spaced).isTrue();
        }
    }

    private static boolean refusedOrFails(String text) {
        try {
            return !OcmfRecord.parse(text).verifies(Keys.R1.publicKey());
        } catch (InvalidRecordException e) {
            return true;
        }
    }

    @Test
    void onlyTheOneEncodingOfASignatureHolds() {
        var record = record(Keys.R1);
        String sd = record.text().replaceAll(".*\"SD\":\"([0-9a-f]+)\".*", "$1");
        // a byte behind it, a length in the long form, an integer with a needless zero, nothing
        String longForm = "3081" + sd.substring(2);
        int length = Integer.parseInt(sd.substring(2, 4), 16);
        int r = Integer.parseInt(sd.substring(6, 8), 16);
        String padded = String.format("30%02x02%02x00%s", length + 1, r + 1, sd.substring(8));
        for (String other : List.of(sd + "00", longForm, padded, "3006020100020100", "")) {
            assertThat(OcmfRecord.parse(record.text().replace(sd, other)).verifies(Keys.R1.publicKey()))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void recordsWithManyReadingsAreRead() {
        String readings = IntStream.range(0, 100).mapToObj(i -> READING).collect(Collectors.joining(","));
        var record = OcmfRecord.sign(PAYLOAD.replace(READING, readings), Keys.R1);
        assertThat(record.text().length()).isGreaterThan(10_000);
        assertThat(OcmfRecord.parse(record.base64()).payload().readings()).hasSize(100);
    }

    @Test
    void whatAReadingLeavesOutItHasFromTheOneBefore() {
        String next = "{\"TX\":\"E\",\"RV\":2.25,\"ST\":\"M\"},{\"ST\":\"G\"}";
        var readings = OcmfRecord.sign(PAYLOAD.replace(READING, READING + "," + next), Keys.R1)
                .payload()
                .readings();
        assertThat(readings.get(1).energyWh()).isEqualByComparingTo("2250");
        assertThat(readings.get(1).time()).isEqualTo(readings.get(0).time());
        assertThat(readings.get(1).status()).isEqualTo(MeterStatus.MANIPULATED);
        // an event has no value, not that of the reading before
        assertThat(readings.get(2).value()).isNull();
        assertThat(readings.get(2).point()).isEqualTo(ReadingPoint.END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e3",
                "1E999999999",
                "-1",
                "+1",
                ".5",
                "1.",
                "01",
                "0x10",
                "NaN",
                "1_000",
                "12345678901234567",
                "1.1234567890",
                "\"1e3\"",
                "\"\"",
                "\"-1\"",
                "\"1 \"",
                "\"1,5\"",
                "null",
                "true",
                "[1]",
                "{}",
                "9999999999999999999999999999999999999999"
            })
    void numbersAreReadStrictly(String value) {
        assertRefused(PAYLOAD.replace("\"RV\":1.5", "\"RV\":" + value));
    }

    @Test
    void hostilePayloadsAreRefused() {
        assertRefused("");
        assertRefused("[]");
        assertRefused("{}");
        assertRefused(PAYLOAD + "{}");
        assertRefused(PAYLOAD.substring(1));
        assertRefused(PAYLOAD.replace("\"FV\":\"1.0\"", "\"FV\":\"0.4\""));
        assertRefused(PAYLOAD.replace("\"FV\":\"1.0\"", "\"FV\":1.0"));
        assertRefused(PAYLOAD.replace("\"PG\":\"T1\"", "\"PG\":\"T1\",\"PG\":\"T2\""));
        assertRefused(PAYLOAD.replace("T1", "T01"));
        assertRefused(PAYLOAD.replace("T1", "X1"));
        assertRefused(PAYLOAD.replace("T1", "T9999999999999999999"));
        assertRefused(PAYLOAD.replace("\"PG\":\"T1\",", ""));
        assertRefused(PAYLOAD.replace("\"ST\":\"G\"", "\"ST\":\"Q\""));
        assertRefused(PAYLOAD.replace(",\"ST\":\"G\"", ""));
        assertRefused(PAYLOAD.replace("\"TX\":\"B\"", "\"TX\":\"BE\""));
        assertRefused(PAYLOAD.replace("\"EF\":\"\"", "\"EF\":\"x\""));
        assertRefused(PAYLOAD.replace("2026-07-01", "2026-02-30"));
        assertRefused(PAYLOAD.replace(" S\"", "\""));
        assertRefused(PAYLOAD.replace(",000+0200", "Z"));
        assertRefused(PAYLOAD.replace(READING, ""));
        assertRefused(PAYLOAD.replace(READING, READING + ",1"));
        assertRefused(PAYLOAD.replace("\"MS\":\"1\"", "\"Z\":" + "[".repeat(50) + "]".repeat(50)));
        assertRefused(PAYLOAD.replace("\"MS\":\"1\"", "\"MS\":\"" + "1".repeat(10_000) + "\""));
        assertRefused(PAYLOAD.replace(READING, READING + ("," + READING).repeat(770)));
    }

    private static void assertRefused(String payload) {
        assertThatThrownBy(() -> OcmfRecord.parse("OCMF|" + payload + "|{\"SD\":\"3006020101020101\"}"))
                .as(payload)
                .isInstanceOf(InvalidRecordException.class);
    }

    @Test
    void hostileRecordsAreRefused() {
        String good = record(Keys.R1).text();
        for (String text : List.of(
                "",
                "OCMF",
                "OCMF|",
                "OCMF||",
                "OCME" + good.substring(4),
                good + "|",
                good.replace("DE*ABC", "DE|ABC"),
                good.replace("\"SD\":\"", "\"SD\":\"z"),
                good.replace("\"SA\"", "\"SE\":\"latin\",\"SA\""),
                good.replace("\"SA\"", "\"SM\":\"application/x-raw\",\"SA\""),
                good.replace("secp256r1", "secp192r1"),
                good.replaceAll("\"SD\".*", "\"X\":1}"),
                "T0NNR!" + good,
                "4f434d46",
                "OCMF|" + " ".repeat(OcmfRecord.MOST_CHARACTERS) + "|",
                "41".repeat(OcmfRecord.MOST_CHARACTERS + 1))) {
            assertThatThrownBy(() -> OcmfRecord.parse(text))
                    .as(text.substring(0, Math.min(80, text.length())))
                    .isInstanceOf(InvalidRecordException.class)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void whateverIsThrownAtItIsReadOrRefused() {
        var random = new Random(5);
        String good = record(Keys.K1).text();
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(good);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, good.substring(random.nextInt(good.length())));
                }
            }
            try {
                var record = OcmfRecord.parse(text.toString());
                assertThat(record.text()).isEqualTo(text.toString().strip());
            } catch (InvalidRecordException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
