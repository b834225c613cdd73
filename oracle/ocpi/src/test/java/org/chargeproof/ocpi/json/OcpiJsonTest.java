package org.chargeproof.ocpi.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.chargeproof.ocpi.model.Connector;
import org.chargeproof.ocpi.model.Credentials;
import org.chargeproof.ocpi.model.DisplayText;
import org.chargeproof.ocpi.model.Price;
import org.chargeproof.ocpi.model.RegularHours;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OcpiJsonTest {
    private static final String CONNECTOR = """
            {"id":"1","standard":"IEC_62196_T2","format":"SOCKET","power_type":"AC_3_PHASE","max_voltage":230,
             "max_amperage":32,"last_updated":"2026-11-26T19:00:00Z"}""";

    @Test
    void numbersKeepTheirDigits() {
        var price = OcpiJson.read(parse("{\"excl_vat\":0.100000000000000001,\"incl_vat\":12.50}"), Price.class);

        assertThat(price.exclVat()).isEqualTo(new BigDecimal("0.100000000000000001"));
        assertThat(text(OcpiJson.tree(price))).isEqualTo("{\"excl_vat\":0.100000000000000001,\"incl_vat\":12.50}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000000", "1E-999999999", "123456789012345678901", "1e99999999999999999999999"})
    void numbersThatWouldFillTheMemoryAreRefused(String number) {
        assertThatThrownBy(() -> OcpiJson.read(parse("{\"excl_vat\":" + number + "}"), Price.class))
                .isInstanceOf(BadObjectException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2015-06-29T20:39:09Z, 2015-06-29T20:39:09Z",
        "2015-06-29T20:39:09, 2015-06-29T20:39:09Z",
        "2016-12-29T17:45:09.2Z, 2016-12-29T17:45:09.200Z",
        "2018-01-01T01:08:01.123456, 2018-01-01T01:08:01.123Z"
    })
    void timesAreReadInAllOfTheirForms(String text, String written) {
        assertThat(OcpiTime.format(OcpiTime.parse("", text))).isEqualTo(written).hasSizeLessThanOrEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2015-06-29",
                "2015-06-29T20:39:09+00:00",
                "2015-06-29T20:39:09+02:00",
                "2015-02-30T20:39:09Z",
                "2015-06-29T25:39:09Z",
                "2015-06-29 20:39:09Z",
                "+12015-06-29T20:39:09Z",
                "2015-06-29T20:39:60Z"
            })
    void otherTimesAreRefused(String text) {
        assertThatThrownBy(() -> OcpiTime.parse("last_updated", text))
                .isInstanceOf(BadObjectException.class)
                .hasMessageStartingWith("last_updated: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"id\":\"1\"|\"id\":\"0123456789012345678901234567890123456\"|id: has 37 characters; OCPI allows 36",
                "\"id\":\"1\"|\"id\":\"é\"|id: has the character U+00E9 at 0; OCPI allows printable ASCII",
                "\"id\":\"1\"|\"id\":1|id: must be a text, and is the number 1",
                "\"id\":\"1\"|\"x\":1|id: is missing; OCPI requires it",
                "230|230.5|max_voltage: must be a whole number of 32 bits, and is the number 230.5",
                "230|\"230\"|max_voltage: must be a whole number, and is the text '230'",
                "230|99999999999|max_voltage: must be a whole number of 32 bits",
                "SOCKET|PLUG|format: 'PLUG' is none of ConnectorFormat: SOCKET, CABLE",
                "{\"id\"|{\"tariff_ids\":\"1\",\"id\"|tariff_ids: must be a list, and is the text '1'",
                "{\"id\"|{\"tariff_ids\":[\"1\",2],\"id\"|tariff_ids[1]: must be a text, and is the number 2"
            })
    void anErrorNamesFieldValueAndLimit(String right, String wrong, String message) {
        assertThatThrownBy(() -> OcpiJson.read(parse(CONNECTOR.replace(right, wrong)), Connector.class))
                .isInstanceOf(BadObjectException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void wholeNumbersMayBeWrittenWithAFraction() {
        assertThat(OcpiJson.read(parse(CONNECTOR.replace("230", "230.0")), Connector.class)
                        .maxVoltage())
                .isEqualTo(230);
    }

    @Test
    void unknownFieldsAreToleratedAndNullIsAbsent() {
        var connector = OcpiJson.read(
                parse(CONNECTOR.replace("{\"id\"", "{\"more\":{\"a\":[1]},\"tariff_ids\":null,\"id\"")),
                Connector.class);

        assertThat(connector.tariffIds()).isEmpty();
        assertThat(OcpiJson.tree(connector).has("tariff_ids")).isFalse();
    }

    @Test
    void aPatchChangesWhatItHoldsAndNeedsItsTime() {
        var before = OcpiJson.read(parse(CONNECTOR), Connector.class);
        var after = OcpiJson.patch(
                before, parse("{\"max_amperage\":16,\"last_updated\":\"2026-11-26T20:00:00Z\"}"), Connector.class);

        assertThat(after.maxAmperage()).isEqualTo(16);
        assertThat(after.maxVoltage()).isEqualTo(230);
        assertThat(after.lastUpdated()).isEqualTo(Instant.parse("2026-11-26T20:00:00Z"));
        assertThatThrownBy(() -> OcpiJson.patch(before, parse("{\"max_amperage\":16}"), Connector.class))
                .hasMessage("last_updated: is missing; every PATCH must have it");
    }

    @Test
    void listsOfAtLeastOneAreNotEmpty() {
        assertThatThrownBy(() -> OcpiJson.read(
                        parse("{\"token\":\"t\",\"url\":\"https://a.example\",\"roles\":[]}"), Credentials.class))
                .hasMessage("roles: is empty; OCPI requires at least one");
    }

    @Test
    void digitsAreCounted() {
        assertThatThrownBy(() -> OcpiJson.read(
                        parse("{\"weekday\":12,\"period_begin\":\"08:00\",\"period_end\":\"20:00\"}"),
                        RegularHours.class))
                .hasMessage("weekday: is 12; OCPI allows 1 digits");
    }

    @Test
    void whatLeavesIsCheckedToo() {
        assertThatThrownBy(() -> OcpiJson.tree(new DisplayText("eng", "Hello")))
                .hasMessage("language: has 3 characters; OCPI allows 2. Shorten it: 'eng'");
        assertThatThrownBy(() -> OcpiJson.tree(new DisplayText("en", "a\nb")))
                .hasMessage("text: has the character U+000A at 1; OCPI allows printable characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}{}", "{\"a\":1,\"a\":2}", "nul", "{'a':1}", "\u0000", "[1,]"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(BadObjectException.class);
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(BadObjectException.class);
    }

    @Test
    void listsOfRecordsCannotBeChanged() {
        assertThat(List.copyOf(OcpiJson.read(parse(CONNECTOR), Connector.class).tariffIds()))
                .isEmpty();
    }

    private static JsonNode parse(String text) {
        return OcpiJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode tree) {
        return new String(OcpiJson.bytes(tree), StandardCharsets.UTF_8);
    }
}
